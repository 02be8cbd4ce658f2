import { readNotice, type Notice } from '../../revocation/notice.js';
import { millisecondsOf } from './milliseconds-of.js';
import { timeOf, type ReceivedEvent } from './received-event.js';

/** Statuses of a session whose tokens are still good. */
const ALIVE: readonly unknown[] = ['active', 'pending'];

/** Events that say by their name that a session is over, should a status be missing. */
const OVER = /^session\.(?:ended|removed|revoked)$/;

/** No token of a deleted user is good, whenever it was issued. */
const FOR_EVER = Number.MAX_SAFE_INTEGER;

/**
 * What an event says about sessions that are over and users that have changed. Its ids are checked as those of other
 * machines are. There is no event for `replaced`, `abandoned` and `expired`, and no `user.banned`.
 *
 * @param attemptedAt milliseconds since the epoch, for an event that says nothing of its own time
 */
export function noticesIn(event: ReceivedEvent, attemptedAt: number): readonly Notice[] {
  const { type } = event;
  if (type.startsWith('session.')) return isOver(event) ? read(sessionEnded(event)) : [];
  if (!type.startsWith('user.')) return [];
  return read(userEnded(event, attemptedAt), { kind: 'user_changed', userId: event.data.id });
}

function read(...notices: unknown[]): Notice[] {
  return notices.flatMap((notice) => readNotice(notice) ?? []);
}

function isOver({ type, data: { status } }: ReceivedEvent): boolean {
  return typeof status === 'string' ? !ALIVE.includes(status) : OVER.test(type);
}

function sessionEnded({ data }: ReceivedEvent): unknown {
  return { kind: 'session_ended', sessionId: data.id };
}

/**
 * Clerk's clock against Clerk's `iat`: by our own, a late event would end the session of somebody who was let in anew, or
 * a token would slip through.
 */
function userEnded(event: ReceivedEvent, attemptedAt: number): unknown {
  const { type, data } = event;
  const userId = data.id;
  if (type === 'user.deleted') return { kind: 'user_ended', userId, issuedUntil: FOR_EVER };
  const isBarred = data.banned === true || data.deprovisioned === true;
  if (type !== 'user.updated' || !isBarred) return undefined;
  const issuedUntil = millisecondsOf(data.updated_at) ?? timeOf(event) ?? attemptedAt;
  return { kind: 'user_ended', userId, issuedUntil };
}
