import { Inject, Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import {
  ApplicationConfig,
  DiscoveryService,
  HttpAdapterHost,
  ModulesContainer,
} from '@nestjs/core';
import { isGated } from '../access/gateway-mark.js';
import { hasGlobalAuthGuard } from './auth-guards.js';
import {
  declaredEntriesOf,
  declaredRoutesOf,
  type DeclaredRoute,
  type Surroundings,
} from './declared-route.js';
import { areFieldsGuarded, sharedContextsIn } from './graphql-options.js';
import { isGateway } from './handler-kind.js';
import { misplacedWordsIn } from './misplaced-words.js';
import { modulePath } from './module-path.js';
import { routePaths } from './route-paths.js';
import { servesNoHttp } from './serves-no-http.js';

/** The handlers of all controllers, resolvers and gateways. */
@Injectable()
export class DeclaredRoutes implements OnModuleInit {
  private atBoot: readonly DeclaredRoute[] | undefined;

  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(ApplicationConfig) private readonly application: ApplicationConfig,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  /** Nest has bound guards to routes by now: a global guard that is added later would be seen, but never run. */
  onModuleInit(): void {
    this.atBoot = this.read();
  }

  /** As they were when the application started; before that, as they are. */
  all(): readonly DeclaredRoute[] {
    return this.atBoot ?? this.read();
  }

  /** What stops the boot whatever the option `audit` says, because it would look protected. */
  deceptions(): readonly string[] {
    const controllers = [...this.controllers().keys()];
    const providers = this.providers();
    const scoped = providers.filter(
      ({ type, isScoped }) => isScoped && isGateway(type) && isGated(type),
    );
    return [
      ...sharedContextsIn(this.modules),
      ...scoped.map(
        ({ type }) =>
          `${type.name} has @GuardConnections() and is request-scoped: a gateway is made once for its server. Make it a ` +
          'singleton, with what it injects.',
      ),
      ...[...controllers, ...providers.map(({ type }) => type)].flatMap(misplacedWordsIn),
    ];
  }

  private read(): readonly DeclaredRoute[] {
    const around = this.surroundings();
    const controllers = [...this.controllers()];
    return [
      ...controllers.flatMap(([controller, { instance, modulePaths }]) =>
        declaredRoutesOf(controller, instance, around, (handler) =>
          routePaths(handler, controller, modulePaths, this.application),
        ),
      ),
      ...controllers.flatMap(([controller, { instance }]) =>
        declaredEntriesOf(controller, instance, around),
      ),
      ...this.providers().flatMap(({ type, instance }) =>
        declaredEntriesOf(type, instance, around),
      ),
    ];
  }

  private surroundings(): Surroundings {
    return {
      hasGlobalGuard: hasGlobalAuthGuard(this.application),
      isMicroservice: servesNoHttp(this.host),
      areFieldsGuarded: areFieldsGuarded(this.modules),
    };
  }

  /** Classes that are no controllers: resolvers, gateways, and all that has no callers. Each of them once. */
  private providers(): readonly FoundProvider[] {
    const controllers = this.controllers();
    const found = new Map<Type, FoundProvider>();
    for (const wrapper of this.discovery.getProviders()) {
      const type: unknown = wrapper.metatype;
      // A factory's or value's wrapper has no class, or one that is not its own.
      if (!isClass(type) || wrapper.inject !== undefined || controllers.has(type)) continue;
      const instance: unknown = wrapper.instance;
      found.set(type, { type, instance, isScoped: !wrapper.isDependencyTreeStatic() });
    }
    return [...found.values()];
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

interface FoundProvider {
  readonly type: Type;
  readonly instance: unknown;
  readonly isScoped: boolean;
}

function isClass(type: unknown): type is Type {
  return typeof type === 'function' && typeof type.prototype === 'object';
}

interface FoundController {
  readonly instance: unknown;
  /** One for each module that declares it. */
  readonly modulePaths: readonly string[];
}
