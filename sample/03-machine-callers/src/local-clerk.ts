import { LocalClerk } from 'nestjs-clerk-auth/testing';

/** The tokens of Clerk live for one minute. These live for an hour, in seconds, so that nobody has to paste in haste. */
const TOKEN_LIFETIME = 3600;

/** A Clerk of our own takes the place of Clerk. An app of yours needs nothing of this file. */
export async function startLocalClerk(): Promise<LocalClerk> {
  const port = Number(process.env.LOCAL_CLERK_PORT ?? 4003);
  const clerk = await LocalClerk.start({ port, tokenLifetime: TOKEN_LIFETIME });
  // The module reads the environment when Nest builds it, which is later than now.
  Object.assign(process.env, {
    CLERK_SECRET_KEY: clerk.secretKey,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    // This app is a machine too. With the key of its own it is told of no opaque M2M token but those meant for it. About
    // a JWT nobody is asked, so an app that accepts them looks into `machine.scopes` for its own id.
    CLERK_MACHINE_SECRET_KEY: clerk.createMachine('app').secretKey,
    CLERK_API_URL: clerk.url,
    CLERK_API_VERSION: '',
    CLERK_JWT_KEY: '',
  });
  return clerk;
}
