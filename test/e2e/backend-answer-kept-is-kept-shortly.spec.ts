import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { ProbeController } from '../support/probe-controller.js';
import { isRefused, passes } from '../support/refusals.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

const START = Date.parse('2026-04-04T04:04:04Z');

describe.each(ADAPTERS)('on %s, with backendCache of ten seconds', (adapter) => {
  let now = START;
  let clerk: LocalClerk;
  let app: INestApplication;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => now });
    const backendCache = { ttl: 10_000 };
    const options = { ...clerk.options(), errorBody: 'problem', backendCache } as const;
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot(options)],
      controllers: [ProbeController],
      now: () => now,
    });
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  const ask = (cookie: string): request.Test =>
    request(app.getHttpServer()).get('/me').set('Cookie', cookie);

  it.each([
    ['when they are over', 10_000],
    // A clock that is put right by an hour must not make a yes last an hour.
    ['when the clock is set back', -3_600_000],
    ['when the clock is set forward', 3_600_000],
  ])('a session revoked elsewhere is refused %s', async (_, step) => {
    const ada = clerk.signIn('ada');
    await passes(ask(ada.clientCookie), ada.userId);
    clerk.revoke(ada);
    await passes(ask(ada.clientCookie), ada.userId);
    now += step;
    await isRefused(ask(ada.clientCookie), 'session_not_active');
  });
});
