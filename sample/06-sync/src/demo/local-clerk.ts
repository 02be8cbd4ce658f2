import { randomBytes } from 'node:crypto';
import { LocalClerk } from 'nestjs-clerk-auth/testing';

export interface DemoClerk {
  readonly clerk: LocalClerk;
  /** What the app is to find in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** In Clerk's Dashboard: Configure, Webhooks, Add Endpoint. */
  readonly sendTo: (url: string) => void;
}

/** A Clerk of our own takes the place of Clerk. An app of yours needs nothing of this file. */
export async function startLocalClerk(): Promise<DemoClerk> {
  const clerk = await LocalClerk.start({ port: Number(process.env.LOCAL_CLERK_PORT ?? 4006) });
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  return {
    clerk,
    environment: {
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
      CLERK_WEBHOOK_SIGNING_SECRET: secret,
      CLERK_API_URL: clerk.url,
      CLERK_API_VERSION: '',
      CLERK_JWT_KEY: '',
    },
    sendTo: (url) => {
      clerk.webhooks.to(url, { secret });
    },
  };
}
