import type { ActorClaim, SessionClaims } from '../verification/session-claims.js';
import { deepFreeze } from '../verification/deep-freeze.js';
import type { SessionRecord } from '../verification/session-record.js';
import { meets } from './has.js';
import { organizationIn, organizationOfRecord, type Organization } from './organization.js';
import type { SessionRequirements } from './requirements.js';

/** What every session has, however it was proved. */
interface SessionFacts {
  readonly id: string;
  readonly userId: string;
  readonly status: string;
  readonly organization: Organization | null;
  readonly actor: ActorClaim | null;
}

/**
 * A proved session: who is calling. Made from a session token's claims or from Clerk's record, whichever proved it;
 * what only the other one knows is absent. Times are milliseconds since the epoch. Frozen with all that it holds: requests
 * with the same token share it, so none of them can change it for another.
 */
export class Session<Claims extends SessionClaims = SessionClaims> {
  /** Tells a session from a machine, where both may call. */
  readonly tokenType = 'session_token';
  /** `sess_…` */
  readonly id: string;
  /** `user_…` */
  readonly userId: string;
  /** `active`; or `pending`, with `treatPendingAsSignedOut: false`. Looked-up sessions may have any of Clerk's words. */
  readonly status: string;
  /** The active organization, or `null` for a personal account. */
  readonly organization: Organization | null;
  /** Who acts in the user's name (impersonation), or `null`. */
  readonly actor: ActorClaim | null;
  /** `client_…`, in Clerk's record. */
  readonly clientId?: string | undefined;
  /** In Clerk's record. */
  readonly lastActiveAt?: number | undefined;
  /** When the session ends at the latest, in Clerk's record. */
  readonly expireAt?: number | undefined;
  /** When the session ends unless it is used, in Clerk's record. */
  readonly abandonAt?: number | undefined;
  /** When the token runs out; the session itself lasts longer. */
  readonly tokenExpiresAt?: number | undefined;
  /** The token's claims, custom ones included. */
  readonly claims?: Claims | undefined;

  private constructor(facts: SessionFacts & Partial<Omit<Session<Claims>, 'tokenType'>>) {
    this.id = facts.id;
    this.userId = facts.userId;
    this.status = facts.status;
    this.organization = facts.organization;
    this.actor = facts.actor;
    this.clientId = facts.clientId;
    this.lastActiveAt = facts.lastActiveAt;
    this.expireAt = facts.expireAt;
    this.abandonAt = facts.abandonAt;
    this.tokenExpiresAt = facts.tokenExpiresAt;
    this.claims = facts.claims;
    deepFreeze(this.organization);
    deepFreeze(this.claims);
    Object.freeze(this);
  }

  /**
   * Whether the session has what is asked for: role and permission in the active organization, feature, plan, recent
   * proof of identity. Several demands must all be met; `{}` is never met. A session that was proved by Clerk's
   * record has no claims, and so none of these.
   *
   * @example session.has({ role: 'org:admin', reverification: 'strict' })
   */
  has(requirements: SessionRequirements): boolean {
    return meets(this, requirements);
  }

  /** The session that a token's claims tell of. The claims must have been verified. */
  static fromClaims<Claims extends SessionClaims>(written: Claims): Session<Claims> {
    // Verified claims are frozen already. Those that a test writes stay the test's own.
    const claims = Object.isFrozen(written) ? written : structuredClone(written);
    return new Session<Claims>({
      id: claims.sid,
      userId: claims.sub,
      status: claims.sts ?? 'active',
      organization: organizationIn(claims),
      actor: actorIn(claims.act),
      tokenExpiresAt: claims.exp * 1000,
      claims,
    });
  }

  /** The session that Clerk's record tells of. */
  static fromRecord(record: SessionRecord): Session {
    return new Session({
      id: record.id,
      userId: record.userId,
      status: record.status,
      organization: organizationOfRecord(record.lastActiveOrganizationId),
      actor: actorIn(record.actor),
      clientId: record.clientId,
      lastActiveAt: record.lastActiveAt,
      expireAt: record.expireAt,
      abandonAt: record.abandonAt,
    });
  }
}

/** Whatever is written there says that somebody acts in the user's name, also when it does not say who. */
function actorIn(value: unknown): ActorClaim | null {
  if (value === undefined || value === null) return null;
  const claim = typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : {};
  // A copy to its depths: freezing it must not freeze what somebody else holds.
  const copy = structuredClone(claim);
  return deepFreeze({ ...copy, sub: typeof claim.sub === 'string' ? claim.sub : '' });
}
