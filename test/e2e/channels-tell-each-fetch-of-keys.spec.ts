import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { ProbeController } from '../support/probe-controller.js';
import { RecordedChannels } from '../support/recorded-channels.js';
import { ADAPTERS, startApp } from '../support/start-app.js';
import { until } from '../support/until.js';

const START = Date.parse('2026-02-02T02:02:02Z');
const MINUTE = 60_000;

describe.each(ADAPTERS)('on %s', (adapter) => {
  let now = START;
  let clerk: LocalClerk;
  let app: INestApplication | undefined;
  let told: RecordedChannels;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => now });
  });

  afterAll(async () => {
    await clerk.stop();
  });

  afterEach(async () => {
    told.close();
    clerk.outage(false);
    await app?.close();
  });

  async function start(): Promise<void> {
    now = START;
    told = new RecordedChannels();
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot(clerk.options())],
      controllers: [ProbeController],
      now: () => now,
    });
  }

  it('how many keys came, or why none did and how old those in use are', async () => {
    await start();
    await until(() => told.of('keySet').length === 1);
    expect(told.of('keySet')).toEqual([{ keys: 1 }]);
    expect(told.of('backendCall')).toEqual([
      { method: 'GET', route: '/jwks', status: 200, milliseconds: expect.any(Number) },
    ]);

    told.forget();
    clerk.outage('unavailable');
    now = START + 10 * MINUTE;
    const ada = clerk.signIn('ada');
    const server = app!.getHttpServer() as Parameters<typeof request>[0];
    await request(server).get('/me').set('Authorization', ada.header).expect(200);
    await until(() => told.of('keySet').length === 1);
    expect(told.of('keySet')).toEqual([{ reason: 'GET /jwks: status 503', age: 600 }]);
    expect(told.of('backendCall')).toHaveLength(3);
  });

  it('that there are none', async () => {
    clerk.outage('refuse');
    await start();
    await until(() => told.of('keySet').length === 1);
    const [failure] = told.of('keySet');
    expect(failure).toEqual({ reason: expect.stringContaining('/jwks'), age: undefined });
    expect(told.of('backendCall')).toHaveLength(3);
    for (const one of told.of('backendCall')) {
      expect(one).toEqual({
        method: 'GET',
        route: '/jwks',
        error: expect.stringMatching(/^(ECONN\w+|EPIPE)$/),
        milliseconds: expect.any(Number),
      });
    }
  });
});
