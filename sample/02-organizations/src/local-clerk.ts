import { LocalClerk } from 'nestjs-clerk-auth/testing';

/** A Clerk of our own takes the place of Clerk. An app of yours needs nothing of this file. */
export async function startLocalClerk(): Promise<LocalClerk> {
  const clerk = await LocalClerk.start({ port: Number(process.env.LOCAL_CLERK_PORT ?? 4002) });
  // The module reads the environment when Nest builds it, which is later than now.
  Object.assign(process.env, {
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_API_URL: clerk.url,
    CLERK_API_VERSION: '',
    CLERK_JWT_KEY: '',
  });
  return clerk;
}
