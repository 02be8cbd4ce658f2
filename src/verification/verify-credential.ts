import type { ClerkSettings } from '../config/clerk-settings.js';
import type {
  ClientTokenCredential,
  Credential,
  MachineTokenCredential,
  SessionTokenCredential,
} from '../credentials/credential.js';
import type { UnauthenticatedCode } from '../errors/error-code.js';
import type { RevocationFeed } from '../revocation/revocation-feed.js';
import type { Revocations } from '../revocation/revocations.js';
import type { TokenRules } from './claim-checks.js';
import type { CoalescedVerdicts } from './coalesced-verdicts.js';
import { verifyAskedSession, verifyLastActiveSession } from './client-token.js';
import type { JwsReader } from './compact-jws.js';
import { eventually, type Eventually } from './eventually.js';
import type { KeySource } from './key-source.js';
import type { MachineAuthority } from './machine-authority.js';
import { verifyMachineJwt } from './machine-jwt.js';
import { verifyOpaqueToken } from './opaque-machine-token.js';
import type { SessionAuthority } from './session-authority.js';
import type { SessionClaims } from './session-claims.js';
import { verifySessionToken } from './session-token.js';
import type { UnknownTokens } from './unknown-tokens.js';
import { rejected, type Verdict } from './verdict.js';
import type { VerifiedTokens } from './verified-tokens.js';

/** Everything that proving a session takes, for one Clerk instance. */
export interface Verification {
  readonly rules: TokenRules & Pick<ClerkSettings, 'clientUat' | 'clientTokens' | 'liveFallback'>;
  readonly keys: KeySource;
  readonly jws: JwsReader;
  readonly verified: VerifiedTokens;
  readonly revoked: Revocations;
  readonly feed: Pick<RevocationFeed, 'isShared' | 'memory' | 'reliable'>;
  readonly asked: CoalescedVerdicts;
  /** Tokens that Clerk said it does not know. */
  readonly unknown: UnknownTokens;
  /** `undefined` without a secret key: then there is nobody to ask about client tokens. */
  readonly authority: SessionAuthority | undefined;
  readonly machines: MachineAuthority;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Is what the caller handed us true?
 *
 * @throws AuthorityUnavailable when that cannot be known now
 */
export function verifyCredential(
  credential: Credential,
  verification: Verification,
): Eventually<Verdict> {
  switch (credential.kind) {
    case 'session_token':
      return verifyAsSessionToken(credential, verification);
    case 'client_token':
      return verifyAsClientToken(credential, verification);
    case 'machine_token':
      return verifyAsMachineToken(credential, verification);
  }
}

function verifyAsSessionToken(
  credential: SessionTokenCredential,
  verification: Verification,
): Eventually<Verdict> {
  return eventually(verifySessionToken(credential.token, verification), (verdict) => {
    if (verdict.kind === 'rejected') return verdict;
    const code = checkCircumstances(credential, verdict.claims, verification.rules);
    return code === undefined ? verdict : rejected(code);
  });
}

/** What came with the token: the browser's sign-out time, and the session that the caller asked for. */
function checkCircumstances(
  credential: SessionTokenCredential,
  claims: SessionClaims,
  rules: Pick<ClerkSettings, 'clientUat'>,
): UnauthenticatedCode | undefined {
  const { askedSessionId, clientUat, fromCookie } = credential;
  if (askedSessionId !== undefined && askedSessionId !== claims.sid) return 'session_mismatch';
  if (!fromCookie) return undefined;
  if (clientUat === undefined || clientUat === 0) return checkClientUat(clientUat, rules);
  return claims.iat !== undefined && claims.iat >= clientUat ? undefined : 'client_signed_out';
}

/** What `__client_uat` says by itself, whatever it stands beside. */
function checkClientUat(
  clientUat: number | undefined,
  rules: Pick<ClerkSettings, 'clientUat'>,
): UnauthenticatedCode | undefined {
  if (clientUat === 0) return 'client_signed_out';
  const isMissed = clientUat === undefined && rules.clientUat === 'required';
  return isMissed ? 'client_uat_missing' : undefined;
}

async function verifyAsClientToken(
  { token, askedSessionId, clientUat }: ClientTokenCredential,
  { authority, asked, unknown, revoked, rules, now }: Verification,
): Promise<Verdict> {
  if (authority === undefined || !rules.clientTokens) return rejected('client_token_unsupported');
  const code = checkClientUat(clientUat, rules);
  if (code !== undefined) return rejected(code);
  const check = { authority, unknown, rules, now };
  const verdict = await asked.on(`client ${askedSessionId ?? ''} ${token}`, () =>
    askedSessionId === undefined
      ? verifyLastActiveSession(token, check)
      : verifyAskedSession(askedSessionId, token, check),
  );
  const ended = verdict.kind === 'record' && revoked.isSessionOver(verdict.record.id);
  return ended ? rejected('session_not_active') : verdict;
}

function verifyAsMachineToken(
  credential: MachineTokenCredential,
  verification: Verification,
): Eventually<Verdict> {
  switch (credential.format) {
    case 'opaque':
      return verifyOpaqueToken(credential.type, credential.token, verification);
    case 'jwt':
      return verifyMachineJwt(credential.type, credential.token, verification);
  }
}
