import type { AcceptedTokens } from '../credentials/token-type.js';
import { endOf, type AnswerLimits } from './answer-lifetime.js';
import type { Authentication } from './authentication.js';
import { callerIn, sessionIn } from './caller-in.js';
import { findStanding, keepStanding } from './request-slot.js';
import type { Proof, Standing } from './standing.js';

/** How long Clerk's own word counts on a connection, in milliseconds: as long as a session token. */
const RECORD_HOLDS_FOR = 60_000;

/** For whom connections of one Clerk instance were let in, and whether that still holds. */
export class Standings {
  constructor(private readonly limits: AnswerLimits) {}

  /** Notes for whom a connection is let in, in the place of whoever it was let in for before. */
  letIn(connection: object, authentication: Authentication, proof?: Proof): Standing {
    const standing = this.of(authentication, proof);
    keepStanding(connection, this, standing);
    return standing;
  }

  /** The same without a note on anything. */
  of(authentication: Authentication, proof?: Proof): Standing {
    return {
      authentication: withoutLive(authentication),
      until: this.untilOf(authentication),
      proof,
    };
  }

  find(connection: object): Standing | undefined {
    return findStanding(connection, this);
  }

  /** Puts a later proof of the same session in the place of the first. */
  renew(standing: Standing, authentication: Authentication): void {
    standing.authentication = withoutLive(authentication);
    standing.until = this.untilOf(authentication);
  }

  /** Who a message of this connection comes from; `undefined` where nobody let the connection in. */
  answerOn(connection: object, accepted: AcceptedTokens): Authentication | undefined {
    const standing = this.find(connection);
    if (standing === undefined) return undefined;
    const { authentication, until } = standing;
    if (until !== undefined && until <= this.limits.now()) {
      return { kind: 'rejected', code: 'token_expired' };
    }
    if (this.isOver(authentication)) return { kind: 'rejected', code: 'session_not_active' };
    const reason = this.limits.outage?.();
    if (reason !== undefined) return { kind: 'unavailable', reason };
    return isAccepted(authentication, accepted)
      ? authentication
      : { kind: 'rejected', code: 'token_type_unsupported' };
  }

  private isOver(authentication: Authentication): boolean {
    const session = sessionIn(authentication);
    return session !== null && this.limits.isOver(session);
  }

  private untilOf(authentication: Authentication): number | undefined {
    const { now, clockSkew, outlivesMemory } = this.limits;
    const end = endOf(authentication);
    const session = sessionIn(authentication);
    if (end !== undefined && session !== null && outlivesMemory?.(session) === true) {
      return Math.min(end + clockSkew, now() + RECORD_HOLDS_FOR);
    }
    if (end !== undefined) return end + clockSkew;
    return authentication.kind === 'authenticated' ? now() + RECORD_HOLDS_FOR : undefined;
  }
}

function withoutLive(authentication: Authentication): Authentication {
  return authentication.kind === 'authenticated' && authentication.live
    ? { ...authentication, live: false }
    : authentication;
}

function isAccepted(authentication: Authentication, accepted: AcceptedTokens): boolean {
  const caller = callerIn(authentication);
  return caller === null || accepted.includes(caller.tokenType);
}
