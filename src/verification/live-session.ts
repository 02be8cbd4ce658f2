import type { ClerkSettings } from '../config/clerk-settings.js';
import type { Revocations } from '../revocation/revocations.js';
import type { SessionAuthority } from './session-authority.js';
import { judgeSession } from './client-token.js';
import type { CoalescedVerdicts } from './coalesced-verdicts.js';
import { rejected, type RecordAccepted, type Rejected } from './verdict.js';

/** What asking about a session takes besides the session. */
export interface LiveCheck {
  readonly rules: Pick<ClerkSettings, 'treatPendingAsSignedOut'>;
  readonly authority: SessionAuthority;
  readonly asked: CoalescedVerdicts;
  readonly revoked: Revocations;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Is the session that a token proved still alive? The token alone cannot tell: it stays true until it runs out.
 *
 * @throws AuthorityUnavailable when Clerk cannot be asked
 */
export async function verifyLiveSession(
  sessionId: string,
  userId: string,
  check: LiveCheck,
): Promise<RecordAccepted | Rejected> {
  const verdict = await check.asked.on(`live ${sessionId}`, () => ask(sessionId, check));
  // Looked at last: a session may be revoked here while the question is on its way.
  if (check.revoked.isSessionOver(sessionId)) return rejected('session_not_active');
  const isOthers = verdict.kind === 'record' && verdict.record.userId !== userId;
  return isOthers ? rejected('session_mismatch') : verdict;
}

async function ask(sessionId: string, check: LiveCheck): Promise<RecordAccepted | Rejected> {
  const answer = await check.authority.getSession(sessionId);
  return answer.kind === 'found'
    ? judgeSession(answer.thing, sessionId, check)
    : rejected('session_not_active');
}
