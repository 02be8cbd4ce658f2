import type { OnModuleInit } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { ConfigurationError } from '../errors/configuration-error.js';
import { auditedRoute } from './audited-route.js';
import { closedRouteWarning } from './closed-route-warning.js';
import type { DeclaredRoute } from './declared-route.js';
import type { DeclaredRoutes } from './declared-routes.js';
import { mistakeIn, type AuditedMistakes } from './mistake-in.js';
import { placelessWarning } from './placeless-warning.js';
import { routeTable } from './route-table.js';
import { sayOnce } from './say-once.js';
import { servesNoHttp } from './serves-no-http.js';
import { systemPermissionWarning } from './system-permission-warning.js';

/** What is made of the routes at boot; whatever it is, a demand that nobody can meet gets a warning. */
export type AuditMode = 'off' | 'log' | 'error' | 'strict';

/** Looks at the routes once, when Nest has bound guards to them and before it opens a port. */
export class BootAudit implements OnModuleInit {
  constructor(
    private readonly mode: AuditMode,
    private readonly declared: DeclaredRoutes,
    private readonly host: HttpAdapterHost,
  ) {}

  /** @throws ConfigurationError `guard_missing`, listing each handler that the mode objects to */
  onModuleInit(): void {
    const deceptions = this.declared.deceptions();
    if (deceptions.length > 0) throw new ConfigurationError([...deceptions], 'guard_missing');
    // A script or worker of the same modules serves no routes, and nobody calls `useGlobalGuards()` there.
    if (servesNoHttp(this.host)) {
      this.enforce(
        'lost',
        this.declared.all().filter(({ kind }) => kind !== 'http'),
      );
      return;
    }
    const routes = this.declared.all();
    for (const route of routes) {
      const warnings = [
        systemPermissionWarning(route),
        closedRouteWarning(route),
        placelessWarning(route),
      ];
      for (const warning of warnings) {
        if (warning !== undefined) sayOnce(this.host, 'warn', warning);
      }
    }
    this.enforce(this.mode === 'error' || this.mode === 'strict' ? this.mode : 'lost', routes);
    if (this.mode === 'log') sayOnce(this.host, 'log', routeTable(routes.map(auditedRoute)));
  }

  private enforce(audited: AuditedMistakes, routes: readonly DeclaredRoute[]): void {
    const mistakes = routes.flatMap((route) => mistakeIn(route, audited) ?? []);
    if (mistakes.length > 0) throw new ConfigurationError(mistakes, 'guard_missing');
  }
}
