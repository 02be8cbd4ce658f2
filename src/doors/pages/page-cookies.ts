import { chooseCookieSet, prefersSuffixed } from '../../credentials/choose-cookie-set.js';
import { readCookieValues } from '../../credentials/cookie-values.js';
import type { CredentialReading } from '../../credentials/read-credential.js';
import { readClientUat, readSessionCookies } from '../../credentials/session-cookies.js';
import { isSessionTokenShaped } from '../../credentials/token-shape.js';
import { HANDSHAKE_COUNT, readCount, SIGN_IN_COUNT } from './loop-counts.js';
import { DEV_BROWSER, HANDSHAKE_NONCE, HANDSHAKE_TOKEN } from './parameter-names.js';

/** What the browser brings for a page, besides who is signed in. All of it may be forged: nothing here proves anything. */
export interface PageCookies {
  /** Handshakes in a row, and ways to the sign-in page. */
  readonly handshakes: number;
  readonly signIns: number;
  readonly nonce: string | undefined;
  readonly handshakeToken: string | undefined;
}

/** The cookies that say who is signed in, read once more: the rules say only whether they count. */
export interface SessionHints {
  readonly session: string | undefined;
  /** Seconds; 0 is signed out. */
  readonly clientUat: number | undefined;
  /** When the token says that it was issued, in seconds; nobody has vouched for it. */
  readonly issuedAt: number | undefined;
  readonly usesSuffixed: boolean;
  readonly devBrowser: string | undefined;
  readonly refreshToken: string | undefined;
}

const PAGE_COOKIES = [HANDSHAKE_COUNT, SIGN_IN_COUNT, HANDSHAKE_NONCE, HANDSHAKE_TOKEN];

/** In the names of both counts. */
const COUNTED = '_count';

const NO_COOKIES: PageCookies = {
  handshakes: 0,
  signIns: 0,
  nonce: undefined,
  handshakeToken: undefined,
};

/** Longer ones are no browser's. */
const DEV_BROWSER_TOKEN = /^[\w.-]{1,4096}$/;

export function readPageCookies(header = ''): PageCookies {
  // Most have none of them, and headers are long.
  if (!header.includes(COUNTED) && !header.includes(HANDSHAKE_TOKEN)) return NO_COOKIES;
  const [handshakes, signIns, nonce, handshakeToken] = readCookieValues(header, PAGE_COOKIES);
  return { handshakes: readCount(handshakes), signIns: readCount(signIns), nonce, handshakeToken };
}

/** Reads what the rules have judged already, for what they do not tell. */
export function readSessionHints(header: string, reading: CredentialReading): SessionHints {
  const sets = readSessionCookies(header, reading.cookieNames);
  const { session, clientUat } = chooseCookieSet(sets, reading);
  const usesSuffixed = prefersSuffixed(sets, reading);
  const suffix = reading.publishableKey?.cookieSuffix ?? '';
  const [plain, suffixed, refreshToken] = readCookieValues(header, [
    DEV_BROWSER,
    `${DEV_BROWSER}_${suffix}`,
    `__refresh_${suffix}`,
  ]);
  return {
    session,
    clientUat: readClientUat(clientUat),
    issuedAt: issuedAtOf(session, reading),
    usesSuffixed,
    devBrowser: devBrowserIn(usesSuffixed ? suffixed : plain),
    refreshToken: refreshToken === '' ? undefined : refreshToken,
  };
}

/** The text as the token of a development browser, if it can be one. */
export function devBrowserIn(text: string | undefined): string | undefined {
  return text?.match(DEV_BROWSER_TOKEN)?.[0];
}

function issuedAtOf(session: string | undefined, reading: CredentialReading): number | undefined {
  if (session === undefined || !isSessionTokenShaped(session)) return undefined;
  const { iat } = reading.recognize(session) ?? reading.unverified.peek(session) ?? {};
  return typeof iat === 'number' ? iat : undefined;
}
