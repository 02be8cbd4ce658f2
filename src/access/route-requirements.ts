import type { ExecutionContext } from '@nestjs/common';
import type { PermissionName, Reverification, RoleName } from '../session/requirements.js';
import type { Session } from '../session/session.js';

/** One thing, any one of a list, or all of a list. */
export type OneOf<Name> = Name | readonly Name[] | { readonly all: readonly Name[] };

/**
 * Where a request names the organization that it is about; exactly one of these. Read where the handler reads it:
 * `request.params`, `request.query` or `request.headers`. None, an empty one, a list, or one that URL or headers name
 * twice or differently is refused with `wrong_organization`.
 */
export type OrganizationOfRoute =
  /** Route parameter that holds the organization's id. */
  | { readonly param: string }
  /** Route parameter that holds the organization's slug. */
  | { readonly slug: string }
  /** Query parameter that holds the organization's id. */
  | { readonly query: string }
  /** Header that holds the organization's id. */
  | { readonly header: string };

/** For what no other demand can say. Anything but `true` refuses; throwing is an error, and no handler runs either. */
export type SessionPredicate = (
  session: Session,
  context: ExecutionContext,
) => boolean | Promise<boolean>;

/** What a route may demand of a session. Several demands must all be met; one that is not is answered with 403. */
export interface RouteRequirements {
  /** Role in the active organization, `org:admin` or `admin`. Refused with `missing_role`. */
  readonly role?: OneOf<RoleName>;
  /** Permission in the active organization. Refused with `missing_permission`. */
  readonly permission?: OneOf<PermissionName>;
  /** Feature slug; `org:…` or `user:…` before it says whose. Refused with `missing_feature`. */
  readonly feature?: OneOf<string>;
  /** Plan slug; `org:…` or `user:…` before it says whose. Refused with `missing_plan`. */
  readonly plan?: OneOf<string>;
  /**
   * An active organization, or the very one that the request is about: without that, any member of any organization
   * can reach into every other one. Refused with `no_active_organization` or `wrong_organization`.
   */
  readonly organization?: true | OrganizationOfRoute;
  /**
   * Scope of a machine's token, on a route that accepts them with `@AcceptTokens()`. The only demand that a machine can
   * meet; a session has no scopes. Refused with `missing_scope`.
   */
  readonly scope?: OneOf<string>;
  /** Nobody may act in the user's name. Refused with `impersonation_not_allowed`. */
  readonly actor?: false;
  /** A recent proof of who the user is. Refused with `reverification_required`, in the form Clerk's hooks understand. */
  readonly reverification?: Reverification;
  /** Clerk is asked whether the session is still active: revoked is 401 at once, an outage is 503. */
  readonly live?: boolean;
  /** Asked last. Refused with `requirement_not_met`. */
  readonly predicate?: SessionPredicate;
}
