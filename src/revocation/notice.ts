/** What machines tell each other. Nothing in it is secret, and nobody can let anybody in by it. */
export type Notice =
  /** A session is over: its tokens are refused. */
  | { readonly kind: 'session_ended'; readonly sessionId: string }
  /**
   * A user was banned, deleted or the like: every token of theirs is refused that was issued at `issuedUntil` (milliseconds
   * since the epoch, by Clerk's clock) or before.
   */
  | { readonly kind: 'user_ended'; readonly userId: string; readonly issuedUntil: number }
  /** What is kept of the user is out of date. */
  | { readonly kind: 'user_changed'; readonly userId: string };

const SESSION_ID = /^sess_[A-Za-z0-9]{1,64}$/;
const USER_ID = /^user_[A-Za-z0-9]{1,64}$/;

/** The notice in what came from outside; `undefined` where there is none that this version understands. */
export function readNotice(value: unknown): Notice | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, sessionId, userId, issuedUntil } = value as Readonly<Record<string, unknown>>;
  switch (kind) {
    case 'session_ended':
      return isMatch(sessionId, SESSION_ID) ? { kind, sessionId } : undefined;
    case 'user_changed':
      return isMatch(userId, USER_ID) ? { kind, userId } : undefined;
    case 'user_ended':
      return isMatch(userId, USER_ID) && isTime(issuedUntil)
        ? { kind, userId, issuedUntil }
        : undefined;
    default:
      return undefined;
  }
}

function isMatch(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
