import type { DeclaredRoute } from './declared-route.js';
import { protectionOf, type Protection } from './protection.js';

/** One handler of a controller, and what protects it. */
export interface AuditedRoute {
  /** The name of its class. */
  readonly controller: string;
  /** The name of its method, also where a base class declares it. */
  readonly handler: string;
  /** Such as `GET`, or `ALL`. */
  readonly method: string;
  /**
   * Where it is served: with the global prefix unless it is excluded, the version where that is in the path, and the
   * prefix of each `RouterModule`.
   */
  readonly paths: readonly string[];
  readonly protection: Protection;
}

/** A route with what protects it. */
export function auditedRoute(route: DeclaredRoute): AuditedRoute {
  const { controller, handler, method, paths } = route;
  return { controller: controller.name, handler, method, paths, protection: protectionOf(route) };
}
