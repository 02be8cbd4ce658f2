/**
 * Provides the `ClerkClient` of `@clerk/backend`. Override it in tests:
 * `overrideProvider(CLERK_CLIENT).useValue(client)`.
 */
export const CLERK_CLIENT: unique symbol = Symbol.for('nestjs-clerk-auth:clerk-client');
