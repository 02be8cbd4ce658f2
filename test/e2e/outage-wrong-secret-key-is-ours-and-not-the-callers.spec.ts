import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule, type ClerkOptions } from 'nestjs-clerk-auth';
import { LocalClerk, type CannedAnswer, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { backendCalls } from '../support/backend-calls.js';
import { handled, ProbeController } from '../support/probe-controller.js';
import type { RecordedLog } from '../support/recorded-log.js';
import { isRefused, isUnknowable, passes } from '../support/refusals.js';
import { ADAPTERS } from '../support/start-app.js';
import { startRecordedApp } from '../support/start-recorded-app.js';

const WRONG_KEY = 'sk_test_thisIsTheKeyOfSomebodyElse';
const REFUSED: CannedAnswer = {
  status: 401,
  body: { errors: [{ code: 'authentication_invalid' }] },
};

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication;
  let log: RecordedLog;
  let now: number;
  const opened: INestApplication[] = [];

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => now });
  });

  afterAll(async () => {
    await clerk.stop();
  });

  beforeEach(() => {
    now = Date.parse('2026-05-05T05:05:05Z');
    handled.length = 0;
    ada = clerk.signIn('ada');
    for (const path of ['/v1/clients/verify', `/v1/sessions/${ada.sessionId}/verify`]) {
      clerk.answer('POST', path, undefined);
    }
    clerk.answer('GET', '/v1/jwks', undefined);
    clerk.forgetCalls();
  });

  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });

  async function start(options: ClerkOptions): Promise<void> {
    const written = { ...clerk.options(), errorBody: 'problem', ...options } as const;
    ({ app, log } = await startRecordedApp(adapter, {
      imports: [ClerkModule.forRoot(written)],
      controllers: [ProbeController],
      now: () => now,
    }));
    opened.push(app);
  }

  const get = (path: string): request.Test => request(app.getHttpServer()).get(path);
  const asClient = (): request.Test => get('/me').set('Cookie', ada.clientCookie);
  const asClientById = (): request.Test =>
    get(`/me?_clerk_session_id=${ada.sessionId}`).set('Cookie', ada.clientCookie);
  const withToken = (): request.Test => get('/me').set('Authorization', ada.header);

  describe.each([
    ['with the JWKS', (): ClerkOptions => ({ secretKey: WRONG_KEY })],
    ['with a PEM', (): ClerkOptions => ({ secretKey: WRONG_KEY, jwtKey: clerk.jwtKey })],
  ])('a wrong key of ours, %s', (_, options) => {
    it('is 503 for everybody who needs Clerk, and one error in the log', async () => {
      await start({ ...options(), jwtKey: options().jwtKey ?? [] });
      for (let turn = 0; turn < 5; turn += 1) {
        await isUnknowable(asClient());
        await isUnknowable(asClientById());
        now += 61_000;
      }
      const complaints = log.said('error');
      expect(complaints.length).toBeLessThanOrEqual(1);
      expect(log.whole).not.toContain(WRONG_KEY);
      expect(log.whole).not.toContain(ada.clientToken);
    });
  });

  it('is told in one clear error, naming the variable to correct', async () => {
    await start({ secretKey: WRONG_KEY, jwtKey: clerk.jwtKey });
    await Promise.all(Array.from({ length: 20 }, () => isUnknowable(asClient())));
    expect(log.said('error')).toEqual([
      expect.stringMatching(/refuses the secret key \(401\): correct CLERK_SECRET_KEY/),
    ]);
  });

  it('session tokens still pass with a PEM, and are 503 without', async () => {
    await start({ secretKey: WRONG_KEY, jwtKey: clerk.jwtKey });
    await passes(withToken(), ada.userId);
    await start({ secretKey: WRONG_KEY });
    await isUnknowable(withToken());
  });

  it('optional sessions go on without one', async () => {
    await start({ secretKey: WRONG_KEY });
    await passes(get('/maybe').set('Cookie', ada.clientCookie), null);
  });

  describe("a 401 about the caller's token, while our key is good", () => {
    it.each([
      ['as a client', '/v1/clients/verify', asClient],
      ['by id', '', asClientById],
    ])("%s is the caller's 401, with no error in the log", async (_, path, ask) => {
      await start({});
      clerk.answer('POST', path || `/v1/sessions/${ada.sessionId}/verify`, REFUSED);
      await isRefused(ask(), 'client_token_invalid');
      expect(log.said('error')).toEqual([]);
      clerk.answer('POST', path || `/v1/sessions/${ada.sessionId}/verify`, undefined);
      // For so long it is remembered that Clerk does not know the token.
      now += 5000;
      await passes(ask(), ada.userId);
    });

    it('costs at most one look at our key a minute', async () => {
      await start({ jwtKey: clerk.jwtKey });
      clerk.answer('POST', '/v1/clients/verify', REFUSED);
      for (let turn = 0; turn < 10; turn += 1) {
        await isRefused(asClient(), 'client_token_invalid');
        now += 5000;
      }
      expect(clerk.callsTo('/v1/jwks')).toHaveLength(1);
      expect(backendCalls(clerk)).toHaveLength(10);
    });

    it.each<[string, CannedAnswer]>([
      ['an outage', { status: 503 }],
      ['a redirect', { status: 302, headers: { location: '/' } }],
      ['a wall of somebody else', { status: 403, body: '<html>' }],
      ['a page of HTML', { status: 200, body: '<html>' }],
      ['an empty object', { status: 200, body: {} }],
      ['a missing page', { status: 404, body: '<html>' }],
    ])('%s in place of the answer about our key leaves it open: 503', async (_, jwks) => {
      await start({ jwtKey: clerk.jwtKey });
      clerk.answer('POST', '/v1/clients/verify', REFUSED);
      clerk.answer('GET', '/v1/jwks', jwks);
      await isUnknowable(asClient());
      clerk.answer('GET', '/v1/jwks', undefined);
      await isRefused(asClient(), 'client_token_invalid');
    });

    it('a key that is taken back later is noticed within a minute', async () => {
      await start({ jwtKey: clerk.jwtKey });
      clerk.answer('POST', '/v1/clients/verify', REFUSED);
      await isRefused(asClient(), 'client_token_invalid');
      clerk.answer('GET', '/v1/jwks', REFUSED);
      now += 60_000;
      await isUnknowable(asClient());
      expect(log.said('error')).toHaveLength(1);
      clerk.answer('GET', '/v1/jwks', undefined);
      await isRefused(asClient(), 'client_token_invalid');
      clerk.answer('GET', '/v1/jwks', REFUSED);
      now += 60_000;
      await isUnknowable(asClient());
      expect(log.said('error')).toHaveLength(2);
    });

    it('a clock that was set back does not make the last look at our key younger', async () => {
      await start({ jwtKey: clerk.jwtKey });
      clerk.answer('POST', '/v1/clients/verify', REFUSED);
      await isRefused(asClient(), 'client_token_invalid');
      clerk.answer('GET', '/v1/jwks', REFUSED);
      now -= 3_600_000;
      await isUnknowable(asClient());
    });
  });
});
