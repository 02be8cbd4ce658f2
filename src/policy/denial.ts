import type { AccessDeniedCode } from '../errors/error-code.js';
import type { Machine } from '../session/machine.js';
import type { Session } from '../session/session.js';
import type { Reverification } from '../session/requirements.js';
import type { MachineRule } from './access-rule.js';
import type { Demand, OrganizationSource } from './demand.js';
import { isSystemPermission } from './system-permission.js';

/** Why a session does not meet what a route demands. */
export interface Denial {
  readonly kind: 'denied';
  readonly code: AccessDeniedCode;
  /** What must be proved again, for `reverification_required`. */
  readonly reverification?: Reverification;
}

/** What a route's request says about itself, as far as its demands ask for it. */
export interface RouteFacts {
  /** The organization that the request names in a place, by id or slug as the place has it. */
  readonly organizationAt?: (source: OrganizationSource) => string | undefined;
  /** Whether the route lets in nobody but machines. */
  readonly machinesOnly?: boolean;
}

/** The first demand that a session does not meet, as a denial; `undefined` when it meets them all. */
export function denialOf(
  demands: readonly Demand[],
  session: Session,
  route: RouteFacts,
): Denial | undefined {
  for (const demand of demands) {
    const denial = unmet(demand, session, route);
    if (denial !== undefined) return denial;
  }
  return undefined;
}

/** What a machine lacks on a route that accepts its kind; `undefined` when it lacks nothing. */
export function machineDenialOf(rule: MachineRule, { scopes }: Machine): Denial | undefined {
  if (rule.kind === 'refused') return denied('machine_not_allowed');
  const hasAll = rule.scopes.every((anyOf) => anyOf.some((scope) => scopes.includes(scope)));
  return hasAll ? undefined : denied('missing_scope');
}

function unmet(demand: Demand, session: Session, route: RouteFacts): Denial | undefined {
  switch (demand.kind) {
    case 'organization':
      return organizationDenial(demand.from, session, route);
    case 'role':
      return has(demand, session) ? undefined : organizational('missing_role', session);
    case 'permission':
      return has(demand, session) ? undefined : permissionDenial(demand.anyOf, session);
    case 'feature':
      return has(demand, session) ? undefined : denied('missing_feature');
    case 'plan':
      return has(demand, session) ? undefined : denied('missing_plan');
    case 'scope':
      return denied('missing_scope');
    case 'no_actor':
      return session.actor === null ? undefined : denied('impersonation_not_allowed');
    case 'reverification':
      return session.has({ reverification: demand.level }) ? undefined : stepUp(demand.level);
  }
}

type HasDemand = Extract<Demand, { readonly kind: 'role' | 'permission' | 'feature' | 'plan' }>;

function has({ kind, anyOf }: HasDemand, session: Session): boolean {
  return anyOf.some((name) => session.has({ [kind]: name }));
}

/** A request that names no organization, or names it twice, is about none that could be the session's. */
function organizationDenial(
  from: OrganizationSource | undefined,
  { organization }: Session,
  route: RouteFacts,
): Denial | undefined {
  if (organization === null) return denied('no_active_organization');
  if (from === undefined) return undefined;
  const own = from.place === 'slug' ? organization.slug : organization.id;
  const isOwn = own !== undefined && own === route.organizationAt?.(from);
  return isOwn ? undefined : denied('wrong_organization');
}

function permissionDenial(permissions: readonly string[], session: Session): Denial {
  if (permissions.every(isSystemPermission)) return denied('system_permission_not_in_token');
  return organizational('missing_permission', session);
}

function organizational(code: AccessDeniedCode, { organization }: Session): Denial {
  return denied(organization === null ? 'no_active_organization' : code);
}

function stepUp(reverification: Reverification): Denial {
  return { kind: 'denied', code: 'reverification_required', reverification };
}

function denied(code: AccessDeniedCode): Denial {
  return { kind: 'denied', code };
}
