import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LocalClerk } from 'nestjs-clerk-auth/testing';

/** Seconds. Clerk's session tokens live for one minute; these do not, so that one sees what becomes of them. */
const TOKEN_LIFETIME = 20;

/** Clerk's scripts and forms, as the first `npm start` (of the quickstart) fetches them. */
const BUNDLES =
  process.env.LOCAL_CLERK_BUNDLES ?? join(import.meta.dirname, '../../../.cache/clerk-bundles');

/** A Clerk of our own takes the place of Clerk. An app of yours needs nothing of this file. */
export async function startLocalClerk(appPort: number): Promise<LocalClerk> {
  const port = Number(process.env.LOCAL_CLERK_PORT ?? 4007);
  const clerk = await LocalClerk.start({
    port,
    bundles: BUNDLES,
    origin: `http://localhost:${appPort}`,
    tokenLifetime: TOKEN_LIFETIME,
  });
  clerk.joinOrganization('ada', { slug: 'acme', role: 'org:admin' });
  clerk.joinOrganization('bob', 'acme');
  clerk.joinOrganization('bob', { slug: 'umbrella', role: 'org:admin' });
  // The modules read the environment when Nest builds them, which is later than now.
  Object.assign(process.env, {
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_API_URL: clerk.url,
    CLERK_API_VERSION: '',
    CLERK_JWT_KEY: '',
    CLERK_PROXY_URL: clerk.url,
    // Clerk's form on a page of the app, or LocalClerk's own page, which needs no script.
    CLERK_SIGN_IN_URL: hasForm() ? '/sign-in' : clerk.signInUrl,
    CLERK_SIGN_UP_URL: `${clerk.url}/sign-up`,
    // Clerk's scripts have nobody to tell how they are used.
    CLERK_TELEMETRY_DISABLED: 'true',
  });
  return clerk;
}

export function hasForm(): boolean {
  return existsSync(join(BUNDLES, '@clerk'));
}
