import type { PublishableKey } from '../config/publishable-key.js';
import type { CookieSets, SessionCookies } from './session-cookies.js';
import type { UnverifiedClaims, UnverifiedReader } from './unverified-claims.js';

/** What choosing takes besides the cookies. */
export interface CookieChoice {
  readonly publishableKey: PublishableKey | undefined;
  /** What `iss` may say in a token of this instance besides: that of a proxy, or of a satellite domain. */
  readonly issuers: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly unverified: UnverifiedReader;
  /** The claims of a token in the cache. */
  readonly recognize: (token: string) => UnverifiedClaims | undefined;
}

/**
 * Which of the two sets of cookies counts: Clerk's eight rules in Clerk's order, the first that applies decides
 * (`docs/protocol.md`). They choose between sets and prove nothing: forging them picks a set, not a session.
 */
export function chooseCookieSet(sets: CookieSets, choice: CookieChoice): SessionCookies {
  const { plain, suffixed } = sets;
  if (suffixed === undefined || sameSet(plain, suffixed)) return plain;
  return prefersSuffixed(sets, choice) ? suffixed : plain;
}

/** Whether the rules choose the suffixed set, also where both say the same. */
export function prefersSuffixed({ plain, suffixed }: CookieSets, choice: CookieChoice): boolean {
  const instance = choice.publishableKey;
  if (suffixed === undefined || instance === undefined) return false;
  const plainClaims = claimsOf(plain.session, choice);
  if (plain.session !== undefined && !plainClaims?.iss) return false;
  if (plain.session !== undefined && !isOfThis(plainClaims?.iss, choice)) return true;
  if (suffixed.clientUat === undefined && suffixed.session === undefined) return false;
  const suffixedClaims = claimsOf(suffixed.session, choice);
  if (bothSignedIn(plain, suffixed) && isNewer(plainClaims, suffixedClaims)) return false;
  if (suffixed.clientUat === '0' && plain.clientUat !== '0') return false;
  if (
    instance.kind === 'test' &&
    onlySuffixedIn(plain, suffixed) &&
    isOver(suffixedClaims, choice.now())
  ) {
    return false;
  }
  return suffixed.clientUat !== undefined;
}

function claimsOf(token: string | undefined, choice: CookieChoice): UnverifiedClaims | undefined {
  if (token === undefined) return undefined;
  return choice.recognize(token) ?? choice.unverified.peek(token);
}

/** Clerk's browser code writes both sets alike; then there is nothing to choose, and nothing to decode. */
function sameSet(plain: SessionCookies, suffixed: SessionCookies): boolean {
  return plain.session === suffixed.session && plain.clientUat === suffixed.clientUat;
}

function isOfThis(issuer: unknown, { publishableKey, issuers }: CookieChoice): boolean {
  if (typeof issuer !== 'string') return false;
  const host = issuer.replace(/^https?:\/\//, '');
  return host === publishableKey?.frontendApi || issuers.includes(issuer);
}

function bothSignedIn(plain: SessionCookies, suffixed: SessionCookies): boolean {
  return suffixed.clientUat !== '0' && plain.clientUat !== '0';
}

function onlySuffixedIn(plain: SessionCookies, suffixed: SessionCookies): boolean {
  return suffixed.clientUat !== '0' && plain.clientUat === '0';
}

function isNewer(plain?: UnverifiedClaims, suffixed?: UnverifiedClaims): boolean {
  return seconds(plain?.iat) > seconds(suffixed?.iat);
}

/** No skew here: Clerk's rule has none. */
function isOver(claims: UnverifiedClaims | undefined, now: number): boolean {
  return typeof claims?.exp === 'number' && claims.exp * 1000 <= now;
}

function seconds(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
