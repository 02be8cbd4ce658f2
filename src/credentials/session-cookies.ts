import { readCookieValues } from './cookie-values.js';

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

/** The names under which an instance's cookies come. */
export type CookieNames = readonly string[];

/** The plain names, and where a suffix is known the suffixed ones. */
export function cookieNames(suffix: string | undefined): CookieNames {
  const plain = ['__session', '__client_uat'];
  return suffix === undefined ? plain : [...plain, ...plain.map((name) => `${name}_${suffix}`)];
}

/** Reads Clerk's cookies from a `Cookie` header. */
export function readSessionCookies(header: string, names: CookieNames): CookieSets {
  const [session, clientUat, ...suffixed] = readCookieValues(header, names);
  return {
    plain: setOf(session, clientUat),
    suffixed: names.length > 2 ? setOf(suffixed[0], suffixed[1]) : undefined,
  };
}

function setOf(session: string | undefined, clientUat: string | undefined): SessionCookies {
  return {
    session: session === '' ? undefined : session,
    clientUat: clientUat === '' ? undefined : clientUat,
  };
}

/** Seconds, as Clerk's SDKs read them: whatever starts with no number is 0, that is, signed out. */
export function readClientUat(written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  return Number.parseInt(written, 10) || 0;
}
