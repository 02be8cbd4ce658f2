import { pathOf } from './own-target.js';

/** Handshakes in a row, under the name that Clerk's packages use. */
export const HANDSHAKE_COUNT = '__clerk_redirect_count';

/** Ways to the sign-in page. */
export const SIGN_IN_COUNT = '__clerk_sign_in_count';

/** From so many in a row on, going on leads nowhere. */
export const MOST_IN_A_ROW = 3;

/** Seconds. Whoever takes longer than this for one round is no loop. */
const COUNTED_FOR = 10;

const COUNT = /^\d{1,4}$/;

/** What may not stand in the attribute of a cookie, or not in a path. */
const NOT_PLAIN = /[^\w./~!$&'()*+,=:@%-]/;

/** Where a cookie belongs. */
export interface CookiePlace {
  readonly path: string;
  /** Whether it is for https alone. */
  readonly isSecure: boolean;
}

/** What the browser says; anything but a small whole number is none. */
export function readCount(text: string | undefined): number {
  return text !== undefined && COUNT.test(text) ? Number(text) : 0;
}

/**
 * The page's own place: many tabs that a browser restores at once are no loop. What would end the attribute ends the path
 * at the slash before it, which is sent with the page all the same.
 */
export function placeOf(target: string, origin: string | undefined): CookiePlace {
  const path = pathOf(target);
  const end = path.search(NOT_PLAIN);
  return {
    path: end === -1 ? path : path.slice(0, path.lastIndexOf('/', end) + 1),
    isSecure: origin?.startsWith('https:') === true,
  };
}

/** The `Set-Cookie` line that counts. */
export function countLine(name: string, count: number, place: CookiePlace): string {
  return shortLived(name, String(count), COUNTED_FOR, place);
}

/** The `Set-Cookie` line that takes a count back. */
export function clearLine(name: string, place: CookiePlace): string {
  return shortLived(name, '', 0, place);
}

function shortLived(name: string, value: string, seconds: number, place: CookiePlace): string {
  const attributes = `Path=${place.path}; HttpOnly; SameSite=Lax; Max-Age=${String(seconds)}`;
  return `${name}=${value}; ${attributes}${place.isSecure ? '; Secure' : ''}`;
}
