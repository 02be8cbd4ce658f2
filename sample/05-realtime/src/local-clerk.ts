import { LocalClerk } from 'nestjs-clerk-auth/testing';

/** The tokens of Clerk live for one minute. These live for 17 seconds, so that one sees them renewed. */
const TOKEN_LIFETIME = 17;

/** A Clerk of our own takes the place of Clerk. An app of yours needs nothing of this file. */
export async function startLocalClerk(): Promise<LocalClerk> {
  const port = Number(process.env.LOCAL_CLERK_PORT ?? 4005);
  const clerk = await LocalClerk.start({ port, tokenLifetime: TOKEN_LIFETIME });
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
