import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Inject, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { ClerkHealth, ClerkModule, Public, type ClerkOptions } from 'nestjs-clerk-auth';
import { ClerkHealthIndicator } from 'nestjs-clerk-auth/health';
import {
  CLERK_TEST_CALLER,
  LocalClerk,
  signedInAs,
  type SignedIn,
} from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { ProbeController } from '../support/probe-controller.js';
import { ADAPTERS, startApp, type Adapter } from '../support/start-app.js';
import { until } from '../support/until.js';

const START = Date.parse('2026-02-02T02:02:02Z');
const MINUTE = 60_000;
const KEYS = '/v1/jwks';

@Controller()
class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(ClerkHealthIndicator) private readonly clerk: ClerkHealthIndicator,
  ) {}

  @Get('ready')
  @Public()
  @HealthCheck()
  ready(): ReturnType<HealthCheckService['check']> {
    return this.health.check([() => this.clerk.isHealthy('clerk')]);
  }

  @Get('ready-all-the-same')
  @Public()
  @HealthCheck()
  readyAllTheSame(): ReturnType<HealthCheckService['check']> {
    return this.health.check([() => this.clerk.isHealthy('clerk', { whenUnknown: 'degraded' })]);
  }
}

describe.each(ADAPTERS)('on %s, a readiness probe', (adapter: Adapter) => {
  let now: number;
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => now });
  });

  afterAll(async () => {
    await clerk.stop();
  });

  beforeEach(() => {
    now = START;
    ada = clerk.signIn('ada');
  });

  afterEach(async () => {
    clerk.outage(false);
    await app.close();
  });

  async function start(options: ClerkOptions = {}): Promise<void> {
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ ...clerk.options(), ...options }), TerminusModule],
      controllers: [HealthController, ProbeController],
      providers: [ClerkHealthIndicator],
      now: () => now,
    });
  }

  /** With keys fetched at START, and none of the calls up to then remembered. */
  async function startWarm(options: ClerkOptions = {}): Promise<void> {
    await start(options);
    await until(() => app.get(ClerkHealth).status().state === 'up');
    clerk.forgetCalls();
  }

  async function probe(path = 'ready'): Promise<{ status: number; clerk: unknown; whole: string }> {
    const response = await request(app.getHttpServer()).get(`/${path}`);
    const body = response.body as { status: string; details: { clerk: unknown } };
    return { status: response.status, whole: body.status, clerk: body.details.clerk };
  }

  async function settled(): Promise<void> {
    // A fetch in the background has come and gone when the keys are as old as its answer, or it failed anew.
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  }

  it('costs no call, and neither do a hundred', async () => {
    await startWarm();
    for (let count = 0; count < 100; count += 1) {
      expect(await probe()).toEqual({
        status: 200,
        whole: 'ok',
        clerk: { status: 'up', keys: 'fresh', age: 0, backend: 'ok' },
      });
    }
    expect(clerk.calls).toEqual([]);
  });

  it('is down until the first keys have come, and up from then on', async () => {
    clerk.outage('unavailable');
    await start();
    await until(() => app.get(ClerkHealth).status().backend === 'failing');
    const told = { keys: 'none', backend: 'failing', reason: 'GET /jwks: status 503' };
    expect(await probe()).toEqual({
      status: 503,
      whole: 'error',
      clerk: { status: 'down', ...told },
    });
    expect(await probe('ready-all-the-same')).toEqual({
      status: 200,
      whole: 'degraded',
      clerk: { status: 'degraded', ...told },
    });
    clerk.outage(false);
    // No request comes: the probe itself has the keys fetched.
    now += 5000;
    expect((await probe()).status).toBe(503);
    await until(() => app.get(ClerkHealth).status().state === 'up');
    expect((await probe()).status).toBe(200);
    await request(app.getHttpServer()).get('/me').set('Authorization', ada.header).expect(200);
  });

  it('fetches keys ahead of need, once for all probes, so that an idle process stays warm', async () => {
    await startWarm();
    now = START + 4 * MINUTE - 1;
    await probe();
    expect(clerk.callsTo(KEYS)).toHaveLength(0);
    now = START + 4 * MINUTE;
    await Promise.all([1, 2, 3, 4].map(() => probe()));
    await until(() => app.get(ClerkHealth).status().age === 0);
    await probe();
    expect(clerk.callsTo(KEYS)).toHaveLength(1);
  });

  it('tells of keys that are stale, and of an outage, without taking the pod out; then of none, and of its end', async () => {
    await startWarm();
    clerk.outage('unavailable');
    now = START + 4 * MINUTE;
    await probe();
    await until(() => app.get(ClerkHealth).status().backend === 'failing');
    expect(await probe()).toEqual({
      status: 200,
      whole: 'degraded',
      clerk: {
        status: 'degraded',
        keys: 'fresh',
        age: 240,
        backend: 'failing',
        reason: expect.stringContaining('503'),
      },
    });

    now = START + 30 * MINUTE;
    expect(await probe()).toMatchObject({
      status: 200,
      clerk: { status: 'degraded', keys: 'stale', age: 1800 },
    });
    await settled();
    now = START + 60 * MINUTE;
    expect(await probe()).toMatchObject({
      status: 503,
      whole: 'error',
      clerk: { status: 'down', keys: 'none' },
    });
    // What the probe says is what callers get.
    const fresh = (): string => `Bearer ${clerk.mint({ session: ada })}`;
    await request(app.getHttpServer()).get('/me').set('Authorization', fresh()).expect(503);

    clerk.outage(false);
    now = START + 62 * MINUTE;
    await probe();
    await until(() => app.get(ClerkHealth).status().state === 'up');
    expect(await probe()).toMatchObject({ status: 200, whole: 'ok', clerk: { keys: 'fresh' } });
    await request(app.getHttpServer()).get('/me').set('Authorization', fresh()).expect(200);
  });

  it('does not ask more often in an outage than every five seconds', async () => {
    await startWarm();
    clerk.outage('unavailable');
    now = START + 10 * MINUTE;
    await probe();
    await until(() => app.get(ClerkHealth).status().backend === 'failing');
    clerk.forgetCalls();
    for (let count = 0; count < 50; count += 1) await probe();
    await settled();
    expect(clerk.calls).toEqual([]);
    now += 5000;
    await probe();
    await until(() => clerk.callsTo(KEYS).length === 1);
  });

  it('tells of a key that Clerk refuses, and not which', async () => {
    const secretKey = 'sk_test_wrongwrongwrongwrongwrongwrongwrongwrong';
    await start({ secretKey });
    await until(() => app.get(ClerkHealth).status().backend === 'key_refused');
    const { status, clerk: told } = await probe();
    expect(status).toBe(503);
    expect(told).toEqual({
      status: 'down',
      keys: 'none',
      backend: 'key_refused',
      reason: 'Clerk refuses the secret key',
    });
    expect(JSON.stringify(told)).not.toContain(secretKey);
  });

  it('is degraded with keys given by hand where Clerk refuses the secret key or fails, and names no session', async () => {
    await start({ jwtKey: clerk.jwtKey });
    const given = { status: 'up', keys: 'given', backend: 'unknown' };
    expect(await probe()).toEqual({ status: 200, whole: 'ok', clerk: given });
    clerk.outage('unavailable');
    const asking = request(app.getHttpServer()).get(`/me?_clerk_session_id=${ada.sessionId}`);
    await asking.set('Cookie', ada.clientCookie).expect(503);
    const failing = await probe();
    expect(failing).toEqual({
      status: 200,
      whole: 'degraded',
      clerk: { status: 'degraded', keys: 'given', backend: 'failing', reason: 'Clerk: status 503' },
    });
    // Nobody has asked since: it says nothing anymore.
    now = START + 5 * MINUTE;
    expect(await probe()).toEqual({ status: 200, whole: 'ok', clerk: given });
  });

  it('reads without Terminus just the same', async () => {
    await startWarm();
    expect(app.get(ClerkHealth).status()).toEqual({
      state: 'up',
      keys: 'fresh',
      age: 0,
      backend: 'ok',
    });
  });
});

it('needs no Clerk where somebody is signed in for a test', async () => {
  const module = await Test.createTestingModule({
    imports: [ClerkModule.forRoot(), TerminusModule],
    providers: [ClerkHealthIndicator],
  })
    .overrideProvider(CLERK_TEST_CALLER)
    .useValue(signedInAs('user_ada'))
    .compile();
  try {
    expect(module.get(ClerkHealthIndicator).isHealthy()).toEqual({
      clerk: { status: 'up', keys: 'given', backend: 'unknown' },
    });
  } finally {
    await module.close();
  }
});
