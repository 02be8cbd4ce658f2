import type { INestApplication } from '@nestjs/common';
import { ClerkModule, type ClerkOptions } from 'nestjs-clerk-auth';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import { ProbeController } from './probe-controller.js';
import { startApp, type Adapter } from './start-app.js';

/** What a probing application may be told besides which Clerk is its own. */
export interface ProbeOptions extends ClerkOptions {
  /** Milliseconds since the epoch; left out, the real clock. */
  readonly now?: (() => number) | undefined;
}

/** The probe controller before this Clerk, networkless unless told otherwise, naming the code of every refusal. */
export async function startProbe(
  adapter: Adapter,
  clerk: LocalClerk,
  { now, ...options }: ProbeOptions = {},
): Promise<INestApplication> {
  const said = { ...clerk.options(), jwtKey: clerk.jwtKey, errorBody: 'problem' } as const;
  return startApp(adapter, {
    imports: [ClerkModule.forRoot({ ...said, ...options })],
    controllers: [ProbeController],
    ...(now === undefined ? {} : { now }),
  });
}
