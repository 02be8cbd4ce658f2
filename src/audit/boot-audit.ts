import type { OnModuleInit } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { ConfigurationError } from '../errors/configuration-error.js';
import { auditedRoute } from './audited-route.js';
import { closedRouteWarning } from './closed-route-warning.js';
import type { DeclaredRoutes } from './declared-routes.js';
import { mistakeIn, type AuditedMistakes } from './mistake-in.js';
import { routeTable } from './route-table.js';
import { sayOnce } from './say-once.js';
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
    if (this.servesNoHttp()) return;
    for (const route of this.declared.all()) {
      for (const warning of [systemPermissionWarning(route), closedRouteWarning(route)]) {
        if (warning !== undefined) sayOnce(this.host, 'warn', warning);
      }
    }
    this.perform(this.mode);
  }

  /** A script or worker of the same modules serves no routes, and nobody calls `useGlobalGuards()` there. */
  private servesNoHttp(): boolean {
    const adapter = this.host.httpAdapter as HttpAdapterHost['httpAdapter'] | null | undefined;
    return adapter === null || adapter === undefined;
  }

  private perform(mode: AuditMode): void {
    this.enforce(mode === 'error' || mode === 'strict' ? mode : 'lost');
    if (mode === 'log') {
      sayOnce(this.host, 'log', routeTable(this.declared.all().map(auditedRoute)));
    }
  }

  private enforce(audited: AuditedMistakes): void {
    const mistakes = this.declared.all().flatMap((route) => mistakeIn(route, audited) ?? []);
    if (mistakes.length > 0) throw new ConfigurationError(mistakes, 'guard_missing');
  }
}
