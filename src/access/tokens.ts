// Registered symbols, so that two copies of this package in one process (ESM and CommonJS) mean the same providers.

/** Provides the `Authenticator` of the Clerk instance in reach. */
export const AUTHENTICATOR: unique symbol = Symbol.for('nestjs-clerk-auth:authenticator');

/** Provides the `SessionLookup` of the Clerk instance in reach. */
export const SESSION_LOOKUP: unique symbol = Symbol.for('nestjs-clerk-auth:session-lookup');

/** Provides the `Refusals` in the style that the module's options ask for. */
export const REFUSALS: unique symbol = Symbol.for('nestjs-clerk-auth:refusals');

/** Provides the `OutageNotice` that all guards of the module share. */
export const OUTAGE_NOTICE: unique symbol = Symbol.for('nestjs-clerk-auth:outage-notice');
