import type { ClerkSettings } from '../config/clerk-settings.js';
import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { RevocationFeed } from '../revocation/revocation-feed.js';
import type { Eventually } from './eventually.js';
import { verifyLiveSession, type LiveCheck } from './live-session.js';
import type { SessionAuthority } from './session-authority.js';
import type { SessionClaims } from './session-claims.js';
import { rejected, type Rejected, type TokenAccepted } from './verdict.js';

/** What asking whether a session is over takes. */
export interface StandingCheck extends Omit<LiveCheck, 'authority' | 'rules'> {
  readonly rules: LiveCheck['rules'] & Pick<ClerkSettings, 'liveFallback'>;
  readonly feed: Pick<RevocationFeed, 'isShared' | 'memory' | 'reliable'>;
  readonly authority: SessionAuthority | undefined;
}

/**
 * Is the session of a true token over, as far as this process knows? Costs a look into memory. Where machines tell each
 * other, a token that lives longer than they remember is confirmed by Clerk.
 *
 * @throws AuthorityUnavailable where nobody can tell, and the settings do not say that the token's word will do
 */
export function checkStanding(
  accepted: TokenAccepted,
  check: StandingCheck,
): Eventually<TokenAccepted | Rejected> {
  const reliable = check.feed.reliable();
  return reliable === undefined
    ? judge(accepted, check)
    : reliable.then(() => judge(accepted, check));
}

function judge(
  accepted: TokenAccepted,
  check: StandingCheck,
): Eventually<TokenAccepted | Rejected> {
  if (check.revoked.isTokenOver(accepted.claims)) return rejected('session_not_active');
  if (!check.feed.isShared || !outlives(accepted.claims, check.feed.memory)) return accepted;
  return confirm(accepted, check);
}

/** Whether a token may live longer than so many milliseconds; one that does not say since when may. */
export function outlives(
  { exp, iat }: Pick<SessionClaims, 'exp' | 'iat'>,
  memory: number,
): boolean {
  return iat === undefined || (exp - iat) * 1000 > memory;
}

async function confirm(
  accepted: TokenAccepted,
  check: StandingCheck,
): Promise<TokenAccepted | Rejected> {
  const { authority, rules } = check;
  if (authority === undefined) return rejected('token_type_unsupported');
  const { sid, sub } = accepted.claims;
  try {
    const answer = await verifyLiveSession(sid, sub, { ...check, authority });
    return answer.kind === 'rejected' ? answer : { ...accepted, isConfirmed: true };
  } catch (reason) {
    if (reason instanceof AuthorityUnavailable && rules.liveFallback === 'token') return accepted;
    throw reason;
  }
}
