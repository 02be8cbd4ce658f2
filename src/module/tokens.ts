// Registered symbols, so that two copies of this package in one process (ESM and CommonJS) mean the same providers.

/** Provides the options as written. */
export const CLERK_OPTIONS: unique symbol = Symbol.for('nestjs-clerk-auth:options');

/** Provides the settings as read. */
export const CLERK_SETTINGS: unique symbol = Symbol.for('nestjs-clerk-auth:settings');

/** Provides the `RefusalFilter` once it is registered with the application. */
export const REFUSAL_FILTER: unique symbol = Symbol.for('nestjs-clerk-auth:refusal-filter');

/** Provides what stands in for the authenticator in a test; `null` otherwise. */
export const STAND_IN: unique symbol = Symbol.for('nestjs-clerk-auth:stand-in');

/** Provides the `ClerkInstance`. */
export const CLERK_INSTANCE: unique symbol = Symbol.for('nestjs-clerk-auth:instance');

/**
 * Provides the time, `() => number` in milliseconds since the epoch. Override it in tests instead of waiting:
 * `overrideProvider(CLERK_CLOCK).useValue(() => now)`.
 */
export const CLERK_CLOCK: unique symbol = Symbol.for('nestjs-clerk-auth:clock');

/**
 * Provides the timer that ends connections, `(callback, milliseconds) => cancel`. Override it together with `CLERK_CLOCK`
 * in tests of sockets and streams, instead of waiting for a token to run out.
 */
export const CLERK_TIMER: unique symbol = Symbol.for('nestjs-clerk-auth:timer');
