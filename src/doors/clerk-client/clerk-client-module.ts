import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import type { ClerkClient } from '@clerk/backend';
import { CLERK_SETTINGS } from '../../module/tokens.js';
import { CLERK_CLIENT } from './clerk-client-token.js';
import { makeClerkClient } from './make-clerk-client.js';

/** What `ClerkClientModule.forRoot()` may be told. */
export interface ClerkClientModuleOptions {
  /**
   * Whether every module of the application can inject the client without importing this one.
   * @default true
   */
  readonly isGlobal?: boolean | undefined;

  /**
   * The `ClerkModule.forRoot(…)` whose settings are meant, where there are several with `isGlobal: false`: the same object
   * that the other modules import.
   * @default the global one
   */
  readonly imports?: NonNullable<DynamicModule['imports']> | undefined;
}

const clerkClient: FactoryProvider<ClerkClient> = {
  provide: CLERK_CLIENT,
  inject: [CLERK_SETTINGS],
  useFactory: makeClerkClient,
};

/**
 * Clerk's official client (`@clerk/backend`, to be installed beside), for all that this package does not ask Clerk. Made from
 * the settings of `ClerkModule`: secret key, publishable key, API URL and version, JWT key. Sends no telemetry.
 *
 * @example
 * ```ts
 * imports: [ClerkModule.forRoot(), ClerkClientModule.forRoot()]
 * ```
 * @throws ConfigurationError `configuration_invalid` at boot, without `@clerk/backend` or without a secret key
 */
@Module({ providers: [clerkClient], exports: [CLERK_CLIENT] })
export class ClerkClientModule {
  /** Provides the client; `@InjectClerkClient()` asks for it. */
  static forRoot({ isGlobal = true, imports = [] }: ClerkClientModuleOptions = {}): DynamicModule {
    return { module: this, global: isGlobal, imports };
  }
}
