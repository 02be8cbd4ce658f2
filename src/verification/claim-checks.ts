import type { ClerkSettings } from '../config/clerk-settings.js';
import type { UnauthenticatedCode } from '../errors/error-code.js';
import type { Untrusted } from './compact-jws.js';
import type { SessionClaims } from './session-claims.js';

/** The settings that session tokens are held against. */
export type TokenRules = Pick<
  ClerkSettings,
  'issuers' | 'authorizedParties' | 'audience' | 'clockSkew' | 'treatPendingAsSignedOut'
>;

/**
 * What is wrong with the claims of a token whose signature holds, if anything. `now` in milliseconds. In Clerk's order;
 * the first check that fails names the refusal.
 */
export function checkClaims(
  claims: Untrusted,
  rules: TokenRules,
  now: number,
): UnauthenticatedCode | undefined {
  return (
    checkIdentity(claims) ??
    checkTimes(claims) ??
    checkAudience(claims, rules) ??
    checkAuthorizedParty(claims, rules) ??
    checkIssuer(claims, rules) ??
    checkExpiry(claims, rules, now) ??
    checkNotBefore(claims, rules, now) ??
    checkIssuedAt(claims, rules, now) ??
    checkStatus(claims, rules)
  );
}

/** Whether the times of any kind of token hold: they are times, and now lies between them. */
export function checkLifetime(
  claims: Untrusted,
  rules: TokenRules,
  now: number,
): UnauthenticatedCode | undefined {
  return (
    checkTimes(claims) ??
    checkExpiry(claims, rules, now) ??
    checkNotBefore(claims, rules, now) ??
    checkIssuedAt(claims, rules, now)
  );
}

/** Whether a token has run out: the one check whose answer changes while a token stays the same. */
function isExpired(claims: Pick<SessionClaims, 'exp'>, rules: TokenRules, now: number): boolean {
  return claims.exp * 1000 <= now - rules.clockSkew;
}

function checkIdentity({ sub, sid }: Untrusted): UnauthenticatedCode | undefined {
  if (!isFilled(sub) || !isFilled(sid)) return 'token_claims_invalid';
  // Machines bear subjects of their own; their tokens are no sessions.
  return sub.startsWith('mch_') ? 'token_type_unsupported' : undefined;
}

/** `exp` must be there; `nbf` and `iat` may be. A numeric string is not a NumericDate (RFC 7519 section 2). */
function checkTimes({ exp, nbf, iat }: Untrusted): UnauthenticatedCode | undefined {
  if (!isTime(exp)) return 'token_claims_invalid';
  if (nbf !== undefined && !isTime(nbf)) return 'token_claims_invalid';
  return iat === undefined || isTime(iat) ? undefined : 'token_claims_invalid';
}

export function checkAudience(
  { aud }: Untrusted,
  rules: TokenRules,
): UnauthenticatedCode | undefined {
  if (rules.audience.length === 0) return undefined;
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const shared = rules.audience.some((audience) => audiences.includes(audience));
  return shared ? undefined : 'token_audience_mismatch';
}

function checkAuthorizedParty(
  { azp }: Untrusted,
  rules: TokenRules,
): UnauthenticatedCode | undefined {
  if (rules.authorizedParties.length === 0) return undefined;
  const authorized = typeof azp === 'string' && rules.authorizedParties.includes(azp);
  return authorized ? undefined : 'token_authorized_party_mismatch';
}

/** Exact: a prefix would let `https://clerk.example.com.evil.test` in. */
export function checkIssuer(
  { iss }: Untrusted,
  rules: TokenRules,
): UnauthenticatedCode | undefined {
  if (rules.issuers.length === 0) return undefined;
  const isListed = typeof iss === 'string' && rules.issuers.includes(iss);
  return isListed ? undefined : 'token_issuer_mismatch';
}

function checkExpiry(
  claims: Untrusted,
  rules: TokenRules,
  now: number,
): UnauthenticatedCode | undefined {
  return isExpired({ exp: claims.exp as number }, rules, now) ? 'token_expired' : undefined;
}

function checkNotBefore(
  { nbf }: Untrusted,
  rules: TokenRules,
  now: number,
): UnauthenticatedCode | undefined {
  return liesAhead(nbf, rules, now) ? 'token_not_yet_valid' : undefined;
}

function checkIssuedAt(
  { iat }: Untrusted,
  rules: TokenRules,
  now: number,
): UnauthenticatedCode | undefined {
  return liesAhead(iat, rules, now) ? 'token_issued_in_future' : undefined;
}

/** `sts` is absent, `active`, or `pending`; a word that Clerk invents later is not taken for signed in. */
function checkStatus({ sts }: Untrusted, rules: TokenRules): UnauthenticatedCode | undefined {
  if (sts === undefined || sts === 'active') return undefined;
  if (sts !== 'pending') return 'session_not_active';
  return rules.treatPendingAsSignedOut ? 'session_pending' : undefined;
}

function liesAhead(time: unknown, rules: TokenRules, now: number): boolean {
  return isTime(time) && time * 1000 > now + rules.clockSkew;
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTime(value: unknown): value is number {
  return Number.isFinite(value);
}
