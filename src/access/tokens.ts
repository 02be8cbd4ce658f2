// Registered symbols, so that two copies of this package in one process (ESM and CommonJS) mean the same providers.
// Nest prints the name of what it cannot resolve, so each name says what to do about it.

/** Provides the `GuardParts` of the Clerk instance in reach. */
export const GUARD_PARTS: unique symbol = Symbol.for(
  'nestjs-clerk-auth:guard-parts (add ClerkModule.forRoot() to the imports of your AppModule)',
);

/** Provides the `Authenticator` of the Clerk instance in reach. */
export const AUTHENTICATOR: unique symbol = Symbol.for(
  'nestjs-clerk-auth:authenticator (add ClerkModule.forRoot() to the imports of your AppModule)',
);

/** Provides the `SessionLookup` of the Clerk instance in reach. */
export const SESSION_LOOKUP: unique symbol = Symbol.for(
  'nestjs-clerk-auth:session-lookup (add ClerkModule.forRoot() to the imports of your AppModule)',
);

/** Provides the `Refusals` in the style that the module's options ask for. */
export const REFUSALS: unique symbol = Symbol.for(
  'nestjs-clerk-auth:refusals (add ClerkModule.forRoot() to the imports of your AppModule)',
);

/** Provides the `SessionScopes` of the Clerk instance in reach; `null` without the option `sessionContext`. */
export const SESSION_SCOPES: unique symbol = Symbol.for(
  'nestjs-clerk-auth:session-scopes (add ClerkModule.forRoot() to the imports of your AppModule)',
);

/** Provides the `Lifelines` of the Clerk instance in reach. */
export const LIFELINES: unique symbol = Symbol.for(
  'nestjs-clerk-auth:lifelines (add ClerkModule.forRoot() to the imports of your AppModule)',
);

/** Provides the `ConnectionGate` of the Clerk instance in reach. */
export const CONNECTION_GATE: unique symbol = Symbol.for(
  'nestjs-clerk-auth:connection-gate (add ClerkModule.forRoot() to the imports of your AppModule)',
);

/** Provides the `RevocationFeed` of the Clerk instance in reach. */
export const REVOCATIONS: unique symbol = Symbol.for(
  'nestjs-clerk-auth:revocations (add ClerkModule.forRoot() to the imports of your AppModule)',
);

/** Provides the `UserLookup` of the Clerk instance in reach. */
export const USER_LOOKUP: unique symbol = Symbol.for(
  'nestjs-clerk-auth:user-lookup (add ClerkModule.forRoot() to the imports of your AppModule)',
);
