import { Inject, Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, ModulesContainer } from '@nestjs/core';
import { hasGlobalAuthGuard } from './auth-guards.js';
import { declaredRoutesOf, type DeclaredRoute } from './declared-route.js';
import { modulePath } from './module-path.js';
import { routePaths } from './route-paths.js';

/** The routes of all controllers. */
@Injectable()
export class DeclaredRoutes implements OnModuleInit {
  private atBoot: readonly DeclaredRoute[] | undefined;

  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(ApplicationConfig) private readonly application: ApplicationConfig,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
  ) {}

  /** Nest has bound guards to routes by now: a global guard that is added later would be seen, but never run. */
  onModuleInit(): void {
    this.atBoot = this.read();
  }

  /** As they were when the application started; before that, as they are. */
  all(): readonly DeclaredRoute[] {
    return this.atBoot ?? this.read();
  }

  private read(): readonly DeclaredRoute[] {
    const hasGlobalGuard = hasGlobalAuthGuard(this.application);
    return [...this.controllers()].flatMap(([controller, { instance, modulePaths }]) =>
      declaredRoutesOf(controller, instance, hasGlobalGuard, (handler) =>
        routePaths(handler, controller, modulePaths, this.application),
      ),
    );
  }

  /** Several modules may declare the same controller, and `RouterModule` may give each of them another prefix. */
  private controllers(): ReadonlyMap<Type, FoundController> {
    const found = new Map<Type, FoundController>();
    for (const { metatype, instance, host } of this.discovery.getControllers()) {
      const controller = metatype as Type;
      const prefix =
        host === undefined ? '' : modulePath(host.metatype, this.modules.applicationId);
      const modulePaths = [...(found.get(controller)?.modulePaths ?? []), prefix];
      found.set(controller, { instance: instance as unknown, modulePaths });
    }
    return found;
  }
}

interface FoundController {
  readonly instance: unknown;
  /** One for each module that declares it. */
  readonly modulePaths: readonly string[];
}
