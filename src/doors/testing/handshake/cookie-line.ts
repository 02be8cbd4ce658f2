/** How a cookie is to be kept. */
export interface CookieTraits {
  /** Hidden from scripts. */
  readonly httpOnly?: boolean;
  /** Of a page that came by https. */
  readonly secure?: boolean;
  /** In seconds. Left out, as long as the browser is open. */
  readonly maxAge?: number;
}

/** In seconds: a year, as clerk-js does. */
const YEAR = 365 * 24 * 60 * 60;

/** One line for `Set-Cookie`. For the host that sends it alone: LocalClerk knows no domains. Empty is deleted. */
export function cookieLine(name: string, value: string, traits: CookieTraits = {}): string {
  const { httpOnly = false, secure = false, maxAge } = traits;
  const seconds = value === '' ? 0 : maxAge;
  const kept = seconds === undefined ? '' : `; Max-Age=${String(seconds)}`;
  return `${name}=${value}; Path=/${kept}${httpOnly ? '; HttpOnly' : ''}; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/** What all cookies of a page have in common, by its origin. */
export function traitsFor(origin: string): CookieTraits {
  return { secure: origin.startsWith('https:'), maxAge: YEAR };
}
