import { HttpService } from '@nestjs/axios';
import {
  ConfigurableModuleBuilder,
  Logger,
  Module,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  type FactoryProvider,
} from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import {
  ApplicationConfig,
  DiscoveryModule,
  HttpAdapterHost,
  ModulesContainer,
} from '@nestjs/core';
import { AuthGuard } from '../access/auth-guard.js';
import { ConnectionGate } from '../access/connection-gate.js';
import { Connections } from '../access/connections.js';
import type { GuardParts } from '../access/guard-parts.js';
import { ClerkSessionMiddleware } from '../access/clerk-session-middleware.js';
import { OutageNotice } from '../access/outage-notice.js';
import { PAGE_GATE, type PageGate } from '../access/page-gate.js';
import { RefusalFilter } from '../access/refusal-filter.js';
import { Refusals } from '../access/refuse.js';
import { SessionContext } from '../access/session-context.js';
import { SessionService } from '../access/session-service.js';
import {
  AUTHENTICATOR,
  CONNECTION_GATE,
  GUARD_PARTS,
  LIFELINES,
  REFUSALS,
  REVOCATIONS,
  SESSION_LOOKUP,
  SESSION_SCOPES,
  USER_LOOKUP,
} from '../access/tokens.js';
import { UserService } from '../access/user-service.js';
import { BootAudit } from '../audit/boot-audit.js';
import { DeclaredRoutes } from '../audit/declared-routes.js';
import { RouteAudit } from '../audit/route-audit.js';
import { DECLARED_ROUTES } from '../audit/tokens.js';
import type { ClerkOptions } from '../config/clerk-options.js';
import type { ClerkSettings } from '../config/clerk-settings.js';
import { readEnvFiles } from '../config/env-files.js';
import { resolveSettings, warningsAbout } from '../config/resolve-settings.js';
import type { Lifelines } from '../connections/lifelines.js';
import type { Timer } from '../connections/timer.js';
import { keepMessagesOutside } from '../context/keep-messages-outside.js';
import { openScopes } from '../context/open-scopes.js';
import { SessionScopes } from '../context/session-scopes.js';
import { ClerkHealth } from '../health/clerk-health.js';
import { CLERK_HEALTH, VITALS } from '../health/tokens.js';
import { CLERK_TEST_CALLER, type StandIn } from '../session/stand-in.js';
import { clerkConfig, environmentOptions, isOverridden } from './clerk-config.js';
import { ClerkInstance, type Clock } from './clerk-instance.js';
import { httpService } from './http-service.js';
import { InstanceNotice } from './instance-notice.js';
import { proxyWarnings } from './proxy-warnings.js';
import {
  CLERK_CLOCK,
  CLERK_INSTANCE,
  CLERK_OPTIONS,
  CLERK_SETTINGS,
  CLERK_TIMER,
  REFUSAL_FILTER,
  STAND_IN,
} from './tokens.js';
import { standInOfATest } from './stand-in-of-a-test.js';
import { StaticOptions } from './static-options.js';
import { unrefTimer } from './unref-timer.js';

/** What the module itself takes, beside Clerk's options. */
export interface ClerkModuleExtras {
  /**
   * Whether every module of the application can use guard and service without importing this one.
   * @default true
   */
  isGlobal?: boolean;
}

/** `useFactory` (with `inject`), or a class with `create()` as `useClass` or `useExisting`; `imports` for what they need. */
export type ClerkModuleAsyncOptions = ConfigurableModuleAsyncOptions<ClerkOptions> &
  ClerkModuleExtras;

// Not a base class: what a public class extends is public, with types of its own in each major of Nest.
const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<ClerkOptions>({
  optionsInjectionToken: CLERK_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras<ClerkModuleExtras>({ isGlobal: true }, (definition, { isGlobal = true }) => ({
    ...definition,
    global: isGlobal,
  }))
  .build();

const standIn: FactoryProvider<StandIn | null> = {
  provide: STAND_IN,
  inject: [CLERK_TEST_CALLER, ModulesContainer],
  useFactory: standInOfATest,
};

const settings: FactoryProvider<ClerkSettings> = {
  provide: CLERK_SETTINGS,
  inject: [CLERK_OPTIONS, clerkConfig.KEY, STAND_IN],
  useFactory: (
    written: ClerkOptions | undefined,
    environment: ClerkOptions,
    standIn: StandIn | null,
  ) => {
    const options = written ?? {};
    const given = isOverridden(environment)
      ? environment
      : environmentOptions(readEnvFiles(options.envFiles) ?? []);
    const resolved = resolveSettings(options, given, standIn === null);
    const warnings = [...warningsAbout(resolved), ...proxyWarnings(resolved, process.env)];
    for (const warning of warnings) new Logger('ClerkModule').warn(warning);
    return resolved;
  },
};

const instance: FactoryProvider<ClerkInstance> = {
  provide: CLERK_INSTANCE,
  inject: [CLERK_SETTINGS, HttpService, CLERK_CLOCK, CLERK_TIMER, STAND_IN],
  useFactory: (
    read: ClerkSettings,
    http: HttpService,
    now: Clock,
    timer: Timer,
    standIn: StandIn | null,
  ) => new ClerkInstance(read, http, { now, timer }, standIn),
};

/**
 * Nest asks global filters from the last to the first and collects every `APP_FILTER` once all providers are made:
 * ours, added while they are being made, is asked after those of the application.
 */
const globalFilter: FactoryProvider<RefusalFilter> = {
  provide: REFUSAL_FILTER,
  inject: [ApplicationConfig, RefusalFilter],
  useFactory: (application: ApplicationConfig, filter: RefusalFilter) => {
    application.addGlobalFilter(filter);
    return filter;
  },
};

const bootAudit: FactoryProvider<BootAudit> = {
  provide: BootAudit,
  inject: [CLERK_SETTINGS, DeclaredRoutes, HttpAdapterHost],
  useFactory: ({ audit }: ClerkSettings, routes: DeclaredRoutes, host: HttpAdapterHost) =>
    new BootAudit(audit, routes, host),
};

const parts: readonly FactoryProvider[] = [
  {
    provide: AUTHENTICATOR,
    inject: [CLERK_INSTANCE],
    useFactory: ({ authenticator }: ClerkInstance) => authenticator,
  },
  {
    provide: SESSION_LOOKUP,
    inject: [CLERK_INSTANCE],
    useFactory: ({ sessions }: ClerkInstance) => sessions,
  },
  {
    provide: USER_LOOKUP,
    inject: [CLERK_INSTANCE],
    useFactory: ({ users }: ClerkInstance) => users,
  },
  {
    provide: REFUSALS,
    inject: [CLERK_SETTINGS],
    useFactory: ({ errorBody }: ClerkSettings) => new Refusals(errorBody),
  },
  {
    provide: GUARD_PARTS,
    inject: [
      CLERK_INSTANCE,
      LIFELINES,
      REFUSALS,
      CLERK_CLOCK,
      { token: PAGE_GATE, optional: true },
    ],
    useFactory: (
      { authenticator, standings }: ClerkInstance,
      lifelines: Lifelines,
      refusals: Refusals,
      now: Clock,
      pages?: PageGate,
    ): GuardParts => ({
      authenticator,
      standings,
      lifelines,
      refusals,
      outages: new OutageNotice(now),
      pages: pages?.authenticator === authenticator ? pages : undefined,
    }),
  },
  {
    provide: SESSION_SCOPES,
    inject: [CLERK_SETTINGS, AUTHENTICATOR, HttpAdapterHost, ApplicationConfig],
    useFactory: (
      { sessionContext }: ClerkSettings,
      authenticator: StandIn,
      host: HttpAdapterHost,
      application: ApplicationConfig,
    ): SessionScopes | null => {
      if (!sessionContext) return null;
      openScopes(host);
      keepMessagesOutside(application);
      return new SessionScopes(authenticator);
    },
  },
  {
    provide: LIFELINES,
    inject: [CLERK_INSTANCE],
    useFactory: ({ lifelines }: ClerkInstance) => lifelines,
  },
  {
    provide: REVOCATIONS,
    inject: [CLERK_INSTANCE],
    useFactory: ({ feed }: ClerkInstance) => feed,
  },
  {
    provide: VITALS,
    inject: [CLERK_INSTANCE],
    useFactory: ({ vitals }: ClerkInstance) => vitals,
  },
  {
    provide: CONNECTION_GATE,
    inject: [GUARD_PARTS],
    useFactory: (guardParts: GuardParts) => new ConnectionGate(guardParts),
  },
];

/**
 * Clerk sessions for a Nest application: `SessionService`, `UserService`, `AuthGuard` and all that they need.
 *
 * @example
 * ```ts
 * ClerkModule.forRoot()                          // everything from the environment
 * ClerkModule.forRoot({ authorizedParties: ['https://app.example.com'] })
 * ClerkModule.forRootAsync({ inject: [Vault], useFactory: (vault: Vault) => vault.clerk() })
 * ```
 * @throws ConfigurationError `configuration_invalid` at boot, listing everything wrong with the settings; `guard_missing`,
 * listing every handler that the option `audit` objects to
 */
@Module({
  imports: [ConfigModule.forFeature(clerkConfig), DiscoveryModule],
  providers: [
    StaticOptions,
    InstanceNotice,
    settings,
    httpService,
    instance,
    ...parts,
    // A function of its own, so that a clock replaced later (fake timers) is the one that is read.
    { provide: CLERK_CLOCK, useValue: () => Date.now() },
    { provide: CLERK_TIMER, useValue: unrefTimer },
    { provide: CLERK_TEST_CALLER, useValue: null },
    standIn,
    RefusalFilter,
    globalFilter,
    DeclaredRoutes,
    { provide: DECLARED_ROUTES, useExisting: DeclaredRoutes },
    RouteAudit,
    bootAudit,
    ClerkHealth,
    { provide: CLERK_HEALTH, useExisting: ClerkHealth },
    Connections,
    SessionService,
    SessionContext,
    UserService,
    AuthGuard,
    ClerkSessionMiddleware,
  ],
  exports: [
    // For the doors, which read settings of their own beside them.
    CLERK_SETTINGS,
    CLERK_INSTANCE,
    CLERK_CLOCK,
    AUTHENTICATOR,
    SESSION_LOOKUP,
    USER_LOOKUP,
    REFUSALS,
    REVOCATIONS,
    GUARD_PARTS,
    LIFELINES,
    CONNECTION_GATE,
    DECLARED_ROUTES,
    SESSION_SCOPES,
    CLERK_HEALTH,
    ClerkHealth,
    RouteAudit,
    Connections,
    SessionService,
    SessionContext,
    UserService,
    AuthGuard,
    ClerkSessionMiddleware,
  ],
})
export class ClerkModule {
  /** Options given here outrank the environment; left out, everything comes from there. */
  static forRoot(options: ClerkOptions & ClerkModuleExtras = {}): DynamicModule {
    return { ...ConfigurableModuleClass.forRoot(options), module: this };
  }

  /** As `forRoot`, with the options from a factory (`useFactory`) or a class with `create()` (`useClass`, `useExisting`). */
  static forRootAsync(options: ClerkModuleAsyncOptions): DynamicModule {
    return { ...ConfigurableModuleClass.forRootAsync(options), module: this };
  }
}
