import type { ExecutionContext } from '@nestjs/common';
import type { DeclaredRoutes } from '../../audit/declared-routes.js';
import { protectionOf } from '../../audit/protection.js';

/** Handlers that no `AuthGuard` stands before. Read at the first request: by then every guard is bound. */
export class UnguardedHandlers {
  private known: ReadonlyMap<unknown, ReadonlySet<string>> | undefined;

  constructor(private readonly declared: DeclaredRoutes) {}

  has(context: ExecutionContext): boolean {
    this.known ??= this.read();
    return this.known.get(context.getClass())?.has(context.getHandler().name) === true;
  }

  private read(): ReadonlyMap<unknown, ReadonlySet<string>> {
    const found = new Map<unknown, Set<string>>();
    for (const route of this.declared.all()) {
      if (protectionOf(route).kind !== 'unguarded') continue;
      const names = found.get(route.controller) ?? new Set();
      found.set(route.controller, names.add(route.handler));
    }
    return found;
  }
}
