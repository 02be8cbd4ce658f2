import type { LocalClerk } from 'nestjs-clerk-auth/testing';

/** What was asked about sessions and clients; the key set is fetched in the background, and no part of it. */
export function backendCalls(clerk: LocalClerk): string[] {
  return clerk.calls
    .filter(({ path }) => path !== '/v1/jwks')
    .map(({ method, path }) => `${method} ${path}`);
}
