import type { ClerkSettings } from '../config/clerk-settings.js';
import type { ClientRecord, SessionRecord } from './session-record.js';
import type { SessionAuthority } from './session-authority.js';
import type { UnknownTokens } from './unknown-tokens.js';
import { rejected, type RecordAccepted, type Rejected } from './verdict.js';

/** What checking a client token takes besides the token. */
export interface ClientTokenCheck {
  readonly rules: Pick<ClerkSettings, 'treatPendingAsSignedOut'>;
  readonly authority: SessionAuthority;
  readonly unknown: UnknownTokens;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Is the client signed in to the session it asks for? Newer Backend API versions lack the endpoint that answers
 * that directly: then the client is asked for, and the session must be among its active ones.
 *
 * @throws AuthorityUnavailable when Clerk cannot be asked
 */
export async function verifyAskedSession(
  sessionId: string,
  clientToken: string,
  check: ClientTokenCheck,
): Promise<RecordAccepted | Rejected> {
  if (isUnknown(clientToken, check)) return rejected('client_token_invalid');
  const answer = await check.authority.verifySession(sessionId, clientToken);
  switch (answer.kind) {
    case 'found':
      return judgeSession(answer.thing, sessionId, check);
    case 'refused':
    case 'unusable':
      // About the token together with this session: nothing to remember of the token alone.
      return rejected('client_token_invalid');
    case 'absent':
      return verifyThroughClient(clientToken, check, () => sessionId);
  }
}

/**
 * Is the client signed in at all? The session it was last active in decides; without one nobody is signed in.
 *
 * @throws AuthorityUnavailable when Clerk cannot be asked
 */
export function verifyLastActiveSession(
  clientToken: string,
  check: ClientTokenCheck,
): Promise<RecordAccepted | Rejected> {
  return verifyThroughClient(clientToken, check, (client) => client.lastActiveSessionId);
}

async function verifyThroughClient(
  clientToken: string,
  check: ClientTokenCheck,
  pick: (client: ClientRecord) => string | undefined,
): Promise<RecordAccepted | Rejected> {
  const client = await findClient(clientToken, check);
  if (client === undefined) return rejected('client_token_invalid');
  const sessionId = pick(client);
  const session = client.sessions.find(({ id }) => id === sessionId);
  if (sessionId === undefined || session === undefined) return rejected('no_active_session');
  if (session.clientId !== undefined && session.clientId !== client.id) {
    return rejected('session_mismatch');
  }
  return judgeSession(session, sessionId, check);
}

/**
 * The client whose token this is, if Clerk knows it. That it does not is remembered for a few seconds, whatever session is
 * asked for: no sign-in makes a made-up token a good one.
 *
 * @throws AuthorityUnavailable when Clerk cannot be asked
 */
export async function findClient(
  clientToken: string,
  check: Pick<ClientTokenCheck, 'authority' | 'unknown'>,
): Promise<ClientRecord | undefined> {
  if (isUnknown(clientToken, check)) return undefined;
  const answer = await check.authority.verifyClient(clientToken);
  if (answer.kind === 'found') return answer.thing;
  if (answer.kind !== 'unusable') check.unknown.add('client_token', clientToken);
  return undefined;
}

function isUnknown(clientToken: string, { unknown }: Pick<ClientTokenCheck, 'unknown'>): boolean {
  return unknown.has('client_token', clientToken);
}

/** A session counts only while it is the one asked for, active, and not over: whatever status code said so. */
export function judgeSession(
  record: SessionRecord,
  sessionId: string,
  { rules, now }: Pick<ClientTokenCheck, 'rules' | 'now'>,
): RecordAccepted | Rejected {
  if (record.id !== sessionId) return rejected('session_mismatch');
  if (record.status === 'pending' && rules.treatPendingAsSignedOut)
    return rejected('session_pending');
  if (record.status !== 'active' && record.status !== 'pending') {
    return rejected('session_not_active');
  }
  const over = record.expireAt === undefined || record.expireAt <= now();
  return over ? rejected('session_not_active') : { kind: 'record', record };
}
