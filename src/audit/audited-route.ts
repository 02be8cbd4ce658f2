import type { DeclaredRoute, RouteKind } from './declared-route.js';
import { protectionOf, type Protection } from './protection.js';

/** One handler, and what protects it. */
export interface AuditedRoute {
  /** What carries the call: an HTTP request, a GraphQL operation, a gateway's message, a message of a microservice. */
  readonly kind: RouteKind;
  /** The name of its class. */
  readonly controller: string;
  /** The name of its method, also where a base class declares it. */
  readonly handler: string;
  /**
   * Such as `GET`, or `ALL`; for GraphQL `Query`, `Mutation`, `Subscription`, `Field` or `Reference`; for gateways and
   * microservices `MESSAGE` or `EVENT`.
   */
  readonly method: string;
  /**
   * Where it is served: with the global prefix unless it is excluded, the version where that is in the path, and the
   * prefix of each `RouterModule`. The name of a GraphQL field, or the patterns of a message.
   */
  readonly paths: readonly string[];
  /** What a caller must have to reach it. */
  readonly protection: Protection;
}

/** A route with what protects it. */
export function auditedRoute(route: DeclaredRoute): AuditedRoute {
  const { kind, controller, handler, method, paths } = route;
  return {
    kind,
    controller: controller.name,
    handler,
    method,
    paths,
    protection: protectionOf(route),
  };
}
