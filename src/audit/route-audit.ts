import { Inject, Injectable } from '@nestjs/common';
import { auditedRoute, type AuditedRoute } from './audited-route.js';
import { DeclaredRoutes } from './declared-routes.js';
import { auditedAccess, type AuditedAccess } from './route-access.js';

/**
 * Tells of every handler what protects it: routes, GraphQL resolvers, messages of gateways and microservices, inherited
 * ones too. A gateway is guarded by `@GuardConnections()` alone; a field where `fieldResolverEnhancers` says so; a message
 * handler beside HTTP by its own decorators, since `inheritAppConfig` cannot be seen. The option `audit` has it told, or enforced, at every boot.
 *
 * @example
 * ```ts
 * const open = app.get(RouteAudit).routes().filter(({ protection }) => protection.kind === 'unguarded');
 * ```
 */
@Injectable()
export class RouteAudit {
  // A property and not a parameter: what a constructor takes is public.
  @Inject(DeclaredRoutes) private readonly declared!: DeclaredRoutes;

  /** All routes. Ask once the application is initialized: before that, global guards may still be added. */
  routes(): readonly AuditedRoute[] {
    return this.declared.all().map(auditedRoute);
  }
  /** The same as data, for programs: whose tokens count, and each demand by its kind. */
  access(): readonly AuditedAccess[] {
    return this.declared.all().map(auditedAccess);
  }
}
