import { parseCookie, type Cookies } from 'cookie';

/** One set of Clerk's cookies; two such sets, plain and suffixed, may arrive together. Empty values count as absent. */
export interface SessionCookies {
  readonly session: string | undefined;
  /** `__client_uat` as written. */
  readonly clientUat: string | undefined;
}

/** Both sets. Without a suffix there is only the plain one. */
export interface CookieSets {
  readonly plain: SessionCookies;
  readonly suffixed: SessionCookies | undefined;
}

/** Reads Clerk's cookies from a `Cookie` header: the first of duplicates wins, broken percent sequences stay as they are. */
export function readSessionCookies(header: string, suffix: string | undefined): CookieSets {
  const cookies = parseCookie(header);
  return {
    plain: readSet(cookies, ''),
    suffixed: suffix === undefined ? undefined : readSet(cookies, `_${suffix}`),
  };
}

function readSet(cookies: Cookies, ending: string): SessionCookies {
  return {
    session: filled(cookies[`__session${ending}`]),
    clientUat: filled(cookies[`__client_uat${ending}`]),
  };
}

function filled(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** Seconds, as Clerk's SDKs read them: whatever starts with no number is 0, that is, signed out. */
export function readClientUat(written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  return Number.parseInt(written, 10) || 0;
}
