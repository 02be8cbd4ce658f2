import type { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { Answer } from './request-slot.js';
import type { Authentication } from './authentication.js';
import type { Session } from './session.js';

/** What ends an answer although the request that it is about goes on. */
export interface AnswerLimits {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds. */
  readonly clockSkew: number;
  /** Whether this process knows that the session is over. */
  readonly isOver: (session: Session) => boolean;
  /** Whether the token of a session lives longer than anybody remembers that the session is over. */
  readonly outlivesMemory?: (session: Session) => boolean;
  /** Why nobody knows at the moment which sessions are over, if that matters. */
  readonly outage?: () => AuthorityUnavailable | undefined;
}

/**
 * For how long an answer that names no end of its own is kept, in milliseconds: Clerk's word, an outage, a refusal. The
 * guards of one request share it; an object that lives longer, such as a socket's handshake, is looked at again.
 */
const KEPT_FOR = 10_000;

/** When an answer was found out; 0 for one that the token ends, or that nothing can end. */
export function timeOf(authentication: Authentication, { now }: AnswerLimits): number {
  return isTimed(authentication) ? now() : 0;
}

/** Whether an answer given before still is one: no admission outlives its token or its session. */
export function stillHolds(
  authentication: Authentication,
  { at }: Pick<Answer, 'at'>,
  { now, clockSkew, isOver }: AnswerLimits,
): boolean {
  if (authentication.kind === 'anonymous') return true;
  // A clock that was set back makes an answer older, never younger.
  if (isTimed(authentication) && Math.abs(now() - at) >= KEPT_FOR) return false;
  const end = endOf(authentication);
  if (end !== undefined && end <= now() - clockSkew) return false;
  return authentication.kind !== 'authenticated' || !isOver(authentication.session);
}

function isTimed(authentication: Authentication): boolean {
  switch (authentication.kind) {
    case 'anonymous':
      return false;
    case 'authenticated':
      return authentication.live;
    default:
      return true;
  }
}

/** When the token that proved a caller runs out, in milliseconds since the epoch; `undefined` where nothing says. */
export function endOf(authentication: Authentication): number | undefined {
  switch (authentication.kind) {
    case 'authenticated':
      return authentication.session.tokenExpiresAt;
    case 'machine':
      return authentication.machine.expireAt;
    default:
      return undefined;
  }
}
