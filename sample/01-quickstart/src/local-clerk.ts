import { clerkConfig } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { bundlesFolder } from './demo/bundles/bundles-folder.js';
import { PASSWORD } from './demo/people.js';
import { portFrom } from './port.js';

/**
 * Without a secret key in the environment, `.env.local` or `.env`, a Clerk of our own takes Clerk's place. An app of
 * yours needs nothing of this file.
 */
export async function startLocalClerkUnlessConfigured(): Promise<LocalClerk | undefined> {
  if (clerkConfig().secretKey !== undefined) return undefined;
  const port = portFrom('LOCAL_CLERK_PORT', 4000);
  const clerk = await LocalClerk.start({ port, password: PASSWORD, bundles: bundlesFolder() });
  // The module reads the environment when Nest builds it, which is later than now.
  Object.assign(process.env, {
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_API_URL: clerk.url,
    CLERK_PROXY_URL: clerk.url,
    CLERK_SIGN_IN_URL: clerk.signInUrl,
    CLERK_API_VERSION: '',
    CLERK_JWT_KEY: '',
  });
  return clerk;
}
