import {
  Inject,
  Logger,
  Module,
  type DynamicModule,
  type FactoryProvider,
  type Provider,
} from '@nestjs/common';
import { DiscoveryModule, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { REVOCATIONS } from '../../access/tokens.js';
import type { ClerkSettings } from '../../config/clerk-settings.js';
import { readEnvFiles } from '../../config/env-files.js';
import { CLERK_CLOCK, CLERK_SETTINGS, CLERK_TIMER } from '../../module/tokens.js';
import { unrefTimer } from '../../module/unref-timer.js';
import { keepRawBytes } from '../../transport/keep-raw-bytes.js';
import { onceServerIsThere } from '../../transport/server-below.js';
import { ClerkWebhooks } from './clerk-webhooks.js';
import { Deliveries, type NoticeTeller } from './deliveries.js';
import { MemoryWebhookLedger } from './memory-webhook-ledger.js';
import { resolveWebhooksSettings } from './resolve-webhooks-settings.js';
import { isDelivery } from './signed-headers.js';
import {
  DELIVERIES,
  RAW_BYTES_KEPT,
  WEBHOOK_ROUTE,
  WEBHOOKS_OPTIONS,
  WEBHOOKS_SETTINGS,
} from './tokens.js';
import { webhookControllerAt } from './webhook-controller.js';
import { answerBeforeNest, WebhookEndpoint } from './webhook-endpoint.js';
import { WebhookHandlers } from './webhook-handlers.js';
import { declareWebhookRoute, type DeclaredWebhookRoute } from './webhook-route.js';
import { webhooksEnvironment } from './webhooks-environment.js';
import type {
  ClerkWebhooksAsyncOptions,
  ClerkWebhooksOptions,
  ClerkWebhooksRoute,
} from './webhooks-options.js';
import type { WebhooksSettings } from './webhooks-settings.js';

type Clock = () => number;

const settings: FactoryProvider<WebhooksSettings> = {
  provide: WEBHOOKS_SETTINGS,
  inject: [
    WEBHOOKS_OPTIONS,
    WEBHOOK_ROUTE,
    ModulesContainer,
    { token: CLERK_SETTINGS, optional: true },
  ],
  useFactory: (
    written: ClerkWebhooksOptions | undefined,
    route: DeclaredWebhookRoute,
    modules: ModulesContainer,
    clerk: ClerkSettings | undefined,
  ) =>
    resolveWebhooksSettings({
      written: written ?? {},
      route,
      paths: pathsIn(modules),
      hasClerk: clerk !== undefined,
      environment: () => webhooksEnvironment(clerk?.envFiles ?? readEnvFiles(undefined) ?? []),
    }),
};

const deliveries: FactoryProvider<Deliveries> = {
  provide: DELIVERIES,
  inject: [
    WEBHOOKS_SETTINGS,
    WebhookHandlers,
    CLERK_CLOCK,
    CLERK_TIMER,
    { token: REVOCATIONS, optional: true },
  ],
  useFactory: (
    read: WebhooksSettings,
    handlers: WebhookHandlers,
    now: Clock,
    timer: typeof unrefTimer,
    revocations: NoticeTeller | undefined,
  ) => {
    if (revocations === undefined && read.revoke !== false)
      new Logger('ClerkWebhooksModule').warn(NO_CLERK);
    return new Deliveries({
      settings: read,
      handlers,
      ledger: read.ledger ?? new MemoryWebhookLedger(now),
      revocations: read.revoke === false ? undefined : revocations,
      now,
      timer,
    });
  },
};

const NO_CLERK =
  'No ClerkModule is in reach, so events end no sessions here: import ClerkModule.forRoot(), or say revoke: false.';

/** Once this is made: before any parser of the application, and before its routes. */
const rawBytes: FactoryProvider<true> = {
  provide: RAW_BYTES_KEPT,
  inject: [HttpAdapterHost, WEBHOOK_ROUTE, DELIVERIES],
  useFactory: (host: HttpAdapterHost, route: DeclaredWebhookRoute, of: Deliveries) => {
    onceServerIsThere(host, (server) => {
      keepRawBytes(server, {
        path: route.path,
        mark: route.mark,
        limit: route.bodyLimit,
        isExpected: isDelivery,
        refuse: (request, response) => void answerBeforeNest(of, request, response),
      });
    });
    return true;
  },
};

/**
 * Clerk's webhooks for a Nest application: a route that checks each delivery, and runs the methods under
 * `@OnClerkEvent()` before it answers. Several in one application have a path each.
 *
 * @example
 * ```ts
 * ClerkWebhooksModule.forRoot()   // POST /webhooks/clerk, with CLERK_WEBHOOK_SIGNING_SECRET
 * ClerkWebhooksModule.forRoot({ path: 'hooks/clerk', decorators: [SkipThrottle()] })
 * ClerkWebhooksModule.forRootAsync({ inject: [REDIS], useFactory: (redis: Redis) => ({ ledger: new RedisWebhookLedger(redis) }) })
 * ```
 * @throws ConfigurationError `configuration_invalid` at boot, listing everything wrong with the settings
 */
@Module({})
export class ClerkWebhooksModule {
  /** Options given here outrank the environment. */
  static forRoot(options: ClerkWebhooksOptions & ClerkWebhooksRoute = {}): DynamicModule {
    const { path, decorators, bodyLimit, isGlobal, ...written } = options;
    const route = { path, decorators, bodyLimit, isGlobal };
    return definition(route, { provide: WEBHOOKS_OPTIONS, useValue: written });
  }

  /** As `forRoot`, with the options from a factory; what is said of the route stands beside it. */
  static forRootAsync(options: ClerkWebhooksAsyncOptions): DynamicModule {
    const { imports = [], inject = [], useFactory, ...route } = options;
    const provider = { provide: WEBHOOKS_OPTIONS, inject, useFactory };
    return definition(route, provider, imports);
  }
}

// Not written as a property: nobody reads it. The class alone, without forRoot(), would have no route, and nobody would
// notice; so it does not boot.
Inject(WEBHOOK_ROUTE)(ClerkWebhooksModule.prototype, 'route');

function definition(
  written: ClerkWebhooksRoute,
  options: Provider,
  imports: NonNullable<ClerkWebhooksAsyncOptions['imports']> = [],
): DynamicModule {
  const route = declareWebhookRoute(written);
  return {
    module: ClerkWebhooksModule,
    global: written.isGlobal ?? true,
    imports: [DiscoveryModule, ...imports],
    controllers: [webhookControllerAt(route)],
    providers: [
      options,
      { provide: WEBHOOK_ROUTE, useValue: route },
      // A function of its own, so that a clock replaced later (fake timers) is the one that is read.
      { provide: CLERK_CLOCK, useValue: () => Date.now() },
      { provide: CLERK_TIMER, useValue: unrefTimer },
      settings,
      WebhookHandlers,
      deliveries,
      rawBytes,
      WebhookEndpoint,
      ClerkWebhooks,
    ],
    exports: [ClerkWebhooks],
  };
}

/** Values are there before the first factory is asked. */
function pathsIn(modules: ModulesContainer): readonly string[] {
  return [...modules.values()].flatMap(({ providers }) => {
    const route = providers.get(WEBHOOK_ROUTE)?.instance as DeclaredWebhookRoute | undefined;
    return route === undefined ? [] : [route.path];
  });
}
