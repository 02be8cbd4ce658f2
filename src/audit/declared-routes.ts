import { Inject, Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService } from '@nestjs/core';
import { hasGlobalAuthGuard } from './auth-guards.js';
import { declaredRoutesOf, type DeclaredRoute } from './declared-route.js';

/** The routes of all controllers. */
@Injectable()
export class DeclaredRoutes implements OnModuleInit {
  private atBoot: readonly DeclaredRoute[] | undefined;

  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(ApplicationConfig) private readonly application: ApplicationConfig,
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
    const controllers = this.discovery.getControllers();
    // Several modules may declare the same controller.
    const instances = new Map<Type, unknown>(
      controllers.map(({ metatype, instance }) => [metatype as Type, instance]),
    );
    return [...instances].flatMap(([controller, instance]) =>
      declaredRoutesOf(controller, instance, hasGlobalGuard),
    );
  }
}
