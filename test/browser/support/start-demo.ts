import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CLERK_CLOCK, clerkConfig, type ClerkOptions } from 'nestjs-clerk-auth';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import { AppModule } from '../../../sample/01-quickstart/src/app.module.js';
import { DemoModule } from '../../../sample/01-quickstart/src/demo/demo.module.js';

/** What differs from how the quickstart's own `main.ts` starts it. */
export interface DemoParts {
  /** What would stand in the environment. */
  readonly options: ClerkOptions;
  /** Left out, the keys are taken for those of a Clerk instance. */
  readonly clerk?: LocalClerk;
  /** Milliseconds since 1970; left out, the real clock. */
  readonly now?: () => number;
  /** What happens before the app listens. */
  readonly prepare?: (app: INestApplication) => void;
}

/** The quickstart with its page, on a free port. */
export async function startDemo(parts: DemoParts): Promise<INestApplication> {
  const { options, clerk, now = Date.now, prepare } = parts;
  const testing = await Test.createTestingModule({ imports: [DemoModule.beside(AppModule, clerk)] })
    .overrideProvider(clerkConfig.KEY)
    .useValue(options)
    .overrideProvider(CLERK_CLOCK)
    .useValue(now)
    .compile();
  const app = testing.createNestApplication({ logger: false, rawBody: true });
  prepare?.(app);
  await app.listen(0, '127.0.0.1');
  return app;
}

/** By the name that people type: `azp` is the origin of the page. */
export function urlOf(app: INestApplication): string {
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  return `http://localhost:${String(port)}`;
}
