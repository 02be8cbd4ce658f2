/** Provides the `DeclaredRoutes` of the application. A registered symbol, so that two copies of this package agree. */
export const DECLARED_ROUTES: unique symbol = Symbol.for(
  'nestjs-clerk-auth:declared-routes (add ClerkModule.forRoot() to the imports of your AppModule)',
);
