import type { UnauthenticatedCode } from '../../errors/error-code.js';
import type { Authentication } from '../../session/authentication.js';
import type { SessionHints } from './page-cookies.js';

/** Why the browser is sent to the Frontend API, in Clerk's words; they end up in its logs. */
export type HandshakeReason =
  | 'client-uat-but-no-session-token'
  | 'session-token-but-no-client-uat'
  | 'session-token-iat-before-client-uat'
  | 'session-token-expired'
  | 'session-token-nbf'
  | 'session-token-iat-in-the-future'
  | 'dev-browser-sync'
  | 'active-organization-mismatch'
  | 'satellite-needs-syncing'
  | 'primary-domain-cross-origin-sync';

type Hints = Pick<SessionHints, 'session' | 'clientUat' | 'issuedAt'>;

/** What turns when Clerk is asked for a new token. */
const BY_CODE: Partial<Record<UnauthenticatedCode, HandshakeReason>> = {
  token_expired: 'session-token-expired',
  token_not_yet_valid: 'session-token-nbf',
  token_issued_in_future: 'session-token-iat-in-the-future',
  client_uat_missing: 'session-token-but-no-client-uat',
  client_signed_out: 'session-token-iat-before-client-uat',
  // Another session may have taken its place. Without this a new sign-in would meet the old token, and begin anew.
  session_not_active: 'session-token-iat-before-client-uat',
};

/** What is about the URL, and no cookie can change. */
export function isAboutAskedSession(code: UnauthenticatedCode): boolean {
  return code === 'session_id_malformed' || code === 'session_mismatch';
}

/**
 * Why Clerk may know more about the browser than its cookies say; `undefined` where they say it all.
 *
 * @param isBack whether it comes from where people sign in: then whatever token it has is older than that, also where
 * `__client_uat`, which knows whole seconds, does not show it
 */
export function handshakeReason(
  found: Authentication,
  { session, clientUat, issuedAt }: Hints,
  isBack = false,
): HandshakeReason | undefined {
  if (found.kind === 'anonymous') {
    const isSignedIn = session === undefined && (clientUat ?? 0) > 0;
    return isSignedIn ? 'client-uat-but-no-session-token' : undefined;
  }
  if (found.kind !== 'rejected' || isAboutAskedSession(found.code)) return undefined;
  if (session !== undefined && clientUat === 0) return 'session-token-but-no-client-uat';
  // Read unverified: forging it begins a handshake and nothing else.
  const isOlder = (issuedAt ?? Infinity) < (clientUat ?? -Infinity);
  if (isOlder) return 'session-token-iat-before-client-uat';
  return BY_CODE[found.code] ?? (isBack ? 'session-token-iat-before-client-uat' : undefined);
}
