import type { TokenType } from '../credentials/token-type.js';
import { DEFAULT_ROUTE } from '../access/guarded-route.js';
import type { Demand } from '../policy/demand.js';
import { auditedRoute, type AuditedRoute } from './audited-route.js';
import type { DeclaredRoute } from './declared-route.js';
import { protectionOf, type Protection } from './protection.js';

/** One thing that a route demands beyond a caller. */
export type RouteDemand =
  | Demand
  /** Clerk must confirm that the session is still active. */
  | { readonly kind: 'live' }
  /** A function of the route's own, which is asked last. */
  | { readonly kind: 'predicate' };

/** What protects a handler, as data. */
export interface RouteAccess {
  /** What a caller must have to reach it. */
  readonly protection: Protection['kind'];
  /** Whose tokens count; none where nobody looks. */
  readonly accepts: readonly TokenType[];
  /** In the order in which they are checked. */
  readonly demands: readonly RouteDemand[];
}

/** One handler, and what protects it as data. */
export type AuditedAccess = Omit<AuditedRoute, 'protection'> & RouteAccess;

/** A route with what protects it, as data. */
export function auditedAccess(route: DeclaredRoute): AuditedAccess {
  const { kind, controller, handler, method, paths } = auditedRoute(route);
  return { kind, controller, handler, method, paths, ...accessOf(route) };
}

/** What protects a route, as data. */
export function accessOf(route: DeclaredRoute): RouteAccess {
  const { kind } = protectionOf(route);
  const isLookedAt = kind === 'required' || kind === 'optional';
  const accepts = isLookedAt ? route.accepted : [];
  const demands = isLookedAt ? demandsOf(route) : [];
  // A copy: the guard reads the originals.
  return structuredClone({ protection: kind, accepts, demands });
}

function demandsOf({ written }: DeclaredRoute): readonly RouteDemand[] {
  const { rule, live, predicate } = written ?? DEFAULT_ROUTE;
  return [
    ...(live ? [{ kind: 'live' } as const] : []),
    ...(rule.kind === 'required' ? rule.demands : []),
    ...(predicate === undefined ? [] : [{ kind: 'predicate' } as const]),
  ];
}
