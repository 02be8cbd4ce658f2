// Registered symbols, so that two copies of this package in one process (ESM and CommonJS) mean the same providers.

/** Provides the `ClerkHealth` of the Clerk instance in reach. */
export const CLERK_HEALTH: unique symbol = Symbol.for(
  'nestjs-clerk-auth:health (add ClerkModule.forRoot() to the imports of your AppModule)',
);

/** Provides the `Vitals` of the Clerk instance in reach. */
export const VITALS: unique symbol = Symbol.for(
  'nestjs-clerk-auth:vitals (add ClerkModule.forRoot() to the imports of your AppModule)',
);
