import {
  ConfigurableModuleBuilder,
  Inject,
  Module,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  type FactoryProvider,
  type NestModule,
} from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { PAGE_GATE } from '../../access/page-gate.js';
import { settledEnvironment } from '../../config/clerk-environment.js';
import type { ClerkSettings } from '../../config/clerk-settings.js';
import type { ClerkInstance, Clock } from '../../module/clerk-instance.js';
import { readEnvironmentFiles } from '../../module/environment-files.js';
import { CLERK_CLOCK, CLERK_INSTANCE, CLERK_SETTINGS } from '../../module/tokens.js';
import type { ClerkPagesOptions } from './clerk-pages-options.js';
import { ClerkPageGate } from './clerk-page-gate.js';
import { PageRedirectFilter } from './page-redirect-filter.js';
import { resolvePagesSettings, type PagesSettings } from './pages-settings.js';
import { serveLocals } from './serve-locals.js';
import { PAGES_LOCALS, PAGES_OPTIONS, PAGES_SETTINGS } from './tokens.js';

/** `useFactory` (with `inject`), or a class with `create()` as `useClass` or `useExisting`; `imports` for what they need. */
export type ClerkPagesModuleAsyncOptions = ConfigurableModuleAsyncOptions<ClerkPagesOptions>;

// Not a base class: what a public class extends is public, with types of its own in each major of Nest.
const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<ClerkPagesOptions>({
  optionsInjectionToken: PAGES_OPTIONS,
})
  .setClassMethodName('forRoot')
  // The guards of every module ask for the gate.
  .setExtras({}, (definition) => ({ ...definition, global: true }))
  .build();

const settings: FactoryProvider<PagesSettings> = {
  provide: PAGES_SETTINGS,
  inject: [PAGES_OPTIONS, CLERK_SETTINGS, CLERK_INSTANCE],
  useFactory: (
    written: ClerkPagesOptions | undefined,
    clerk: ClerkSettings,
    { authenticator }: ClerkInstance,
  ) => {
    const environment = settledEnvironment(process.env, readEnvironmentFiles(clerk.envFiles));
    return resolvePagesSettings(written ?? {}, environment, clerk, 'reconsider' in authenticator);
  },
};

const gate: FactoryProvider<ClerkPageGate> = {
  provide: PAGE_GATE,
  inject: [PAGES_SETTINGS, CLERK_INSTANCE, CLERK_CLOCK],
  useFactory: (read: PagesSettings, { authenticator, handshakes }: ClerkInstance, now: Clock) =>
    new ClerkPageGate({ settings: read, authenticator, steps: handshakes, now }),
};

/** Made for what it does while it is made: then it comes before the routes. */
const locals: FactoryProvider<void> = {
  provide: PAGES_LOCALS,
  inject: [HttpAdapterHost, PAGES_SETTINGS],
  useFactory: serveLocals,
};

/**
 * Sessions for an application that renders pages. Importing it is all: where a guard of ours stands, a browser that asks
 * for a page with an expired token is sent to Clerk and comes back with a fresh one, and whoever is signed out is sent to
 * sign in and comes back. Everything else is answered as before: fetch and XHR, forms, Bearer tokens, `@Public()` routes.
 *
 * @example
 * ```ts
 * @Module({ imports: [ClerkModule.forRoot(), ClerkPagesModule.forRoot()] })
 * export class AppModule {}
 * ```
 * @throws ConfigurationError `configuration_invalid` at boot, listing everything wrong with the options
 */
@Module({
  providers: [settings, gate, PageRedirectFilter, locals],
  exports: [PAGE_GATE],
})
export class ClerkPagesModule implements NestModule {
  // Properties and not parameters: what a constructor takes is public.
  @Inject(ApplicationConfig) private readonly application!: ApplicationConfig;
  @Inject(PageRedirectFilter) private readonly filter!: PageRedirectFilter;

  /** Options given here outrank the environment; left out, everything comes from there. */
  static forRoot(options: ClerkPagesOptions = {}): DynamicModule {
    return { ...ConfigurableModuleClass.forRoot(options), module: this };
  }

  /** As `forRoot`, with the options from a factory (`useFactory`) or a class with `create()` (`useClass`, `useExisting`). */
  static forRootAsync(options: ClerkPagesModuleAsyncOptions): DynamicModule {
    return { ...ConfigurableModuleClass.forRootAsync(options), module: this };
  }

  /** Nest asks global filters from the last to the first, and calls this when all of the application's are there. */
  configure(): void {
    this.application.addGlobalFilter(this.filter);
  }
}
