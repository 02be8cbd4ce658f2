import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule, SessionService } from 'nestjs-clerk-auth';
import { LocalClerk, type CannedAnswer, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { handled, ProbeController } from '../support/probe-controller.js';
import type { RecordedLog } from '../support/recorded-log.js';
import { isUnknowable, isUnknowableWithoutBody, passes } from '../support/refusals.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { ADAPTERS, startApp, type Adapter } from '../support/start-app.js';
import { startRecordedApp } from '../support/start-recorded-app.js';

/** Short enough to wait for, long enough for three tries. */
const PATIENCE = { backendTimeout: 250, backendBudget: 1000 };

const FIVE_MEGABYTES = 5_000_000;

const html = (status: number): CannedAnswer => ({
  status,
  body: '<!doctype html><title>Bad gateway</title>',
  headers: { 'content-type': 'text/html' },
});

const OUTAGES: readonly [string, (clerk: LocalClerk, paths: Paths) => void, number?][] = [
  ['breaks every connection', (clerk) => clerk.outage('refuse')],
  ['answers 503', (clerk) => clerk.outage('unavailable')],
  ['answers 503 with Retry-After', (clerk) => clerk.outage('unavailable', { retryAfter: 7 }), 7],
  ['answers 429 with Retry-After', (clerk) => clerk.outage('rate-limit', { retryAfter: 30 }), 30],
  ['answers 429 with a date', (clerk) => clerk.outage('rate-limit', { retryAfter: 'Mon, 1 Jan' })],
  ['answers 429 with nonsense', (clerk) => clerk.outage('rate-limit', { retryAfter: '-1' })],
  ['asks for a year', (clerk) => clerk.outage('rate-limit', { retryAfter: 31_536_000 }), 3600],
  ['never answers', (clerk) => clerk.outage('hang')],
  ['answers 200 with a page of HTML', (clerk) => clerk.outage('rubbish')],
  ['answers 500 with a page of HTML', (_, answer) => answer(html(500))],
  ['answers 403 with a page of HTML', (_, answer) => answer(html(403))],
  ['answers 200 with nothing', (_, answer) => answer({ status: 200 })],
  ['answers 204', (_, answer) => answer({ status: 204 })],
  ['answers {}', (_, answer) => answer({ status: 200, body: {} })],
  ['answers []', (_, answer) => answer({ status: 200, body: [] })],
  ['answers null', (_, answer) => answer({ status: 200, body: 'null' })],
  ['answers true', (_, answer) => answer({ status: 200, body: 'true' })],
  ['answers a JSON string', (_, answer) => answer({ status: 200, body: '"session"' })],
  ['answers broken JSON', (_, answer) => answer({ status: 200, body: '{"object":"sess' })],
  ['answers other JSON', (_, answer) => answer({ status: 200, body: { message: 'Hello' } })],
  ['answers an unnamed object', (_, answer) => answer({ status: 200, body: { object: '' } })],
  ['answers errors with 200', (_, answer) => answer({ status: 200, body: { errors: [] } })],
  ['redirects nowhere', (_, answer) => answer({ status: 302, body: {} })],
  [
    'answers too much',
    (_, answer) => answer({ status: 200, body: 'x'.repeat(FIVE_MEGABYTES + 1) }),
  ],
];

type Paths = (answer: CannedAnswer | undefined) => void;

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  /** Milliseconds that the clock of Clerk and application is ahead. */
  let ahead = 0;
  const now = (): number => Date.now() + ahead;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now });
  });

  afterAll(async () => {
    await clerk.stop();
  });

  describe.each(OUTAGES)('while Clerk %s', (_, breakDown, retryAfter) => {
    let ada: SignedIn;
    let app: INestApplication;
    let log: RecordedLog;

    beforeAll(async () => {
      ahead = 0;
      ada = clerk.signIn('ada');
      breakDown(clerk, answerAll);
      ({ app, log } = await startRecordedApp(adapter, {
        imports: [ClerkModule.forRoot({ ...clerk.options(), ...PATIENCE })],
        controllers: [ProbeController],
        now,
      }));
    });

    afterAll(async () => {
      clerk.outage(false);
      answerAll(undefined);
      await app.close();
    });

    beforeEach(() => {
      handled.length = 0;
    });

    function answerAll(answer: CannedAnswer | undefined): void {
      clerk.answer('GET', '/v1/jwks', answer);
      clerk.answer('POST', '/v1/clients/verify', answer);
      clerk.answer('POST', `/v1/sessions/${ada.sessionId}/verify`, answer);
    }

    const get = (path: string): request.Test => request(app.getHttpServer()).get(path);
    const byId = (path: string): string => `${path}?_clerk_session_id=${ada.sessionId}`;

    it('a required session is 503, whatever should prove it', async () => {
      await Promise.all([
        isUnknowableWithoutBody(get('/me').set('Cookie', ada.clientCookie), retryAfter),
        isUnknowableWithoutBody(get(byId('/me')).set('Cookie', ada.clientCookie), retryAfter),
        isUnknowableWithoutBody(get('/me').set('Authorization', ada.header), retryAfter),
        isUnknowableWithoutBody(get('/me').set('Cookie', ada.cookie), retryAfter),
      ]);
      expect(handled).toEqual([]);
    });

    it('an optional one is null, with one warning for them all', async () => {
      log.forget();
      const urls = ['/maybe', '/strict-maybe', byId('/maybe')];
      const asked = urls.map((url) => get(url).set('Cookie', ada.clientCookie).expect(200));
      for (const { body } of await Promise.all(asked)) expect(body).toEqual({ user: null });
      expect(handled).toHaveLength(urls.length);
      expect(log.said('warn')).toEqual([
        expect.stringMatching(
          /^Clerk cannot be asked \(.+\): routes with an optional session go on/,
        ),
      ]);
      expect(log.said('error')).toEqual([]);
    });

    it('what needs no Clerk goes on: strangers are still 401, public routes still answer', async () => {
      await get('/me').expect(401, '');
      await get('/me').set('Cookie', '__session=e.e.e').expect(401, '');
      await passes(get('/public').set('Cookie', ada.clientCookie), null);
    });

    it('when Clerk is back, after the pause it asked for if any, so is the session', async () => {
      clerk.outage(false);
      answerAll(undefined);
      ahead = (retryAfter ?? 0) * 1000;
      await passes(get('/me').set('Cookie', ada.clientCookie), ada.userId);
      await passes(get(byId('/me')).set('Cookie', ada.clientCookie), ada.userId);
      const fresh = `Bearer ${clerk.freshToken(ada)}`;
      await passes(get('/me').set('Authorization', fresh), ada.userId);
    });
  });

  describe('while nothing listens where Clerk should be', () => {
    it('a required session is 503 and an optional one null', async () => {
      const gone = await LocalClerk.start();
      const ada = gone.signIn('ada');
      await gone.stop();
      const app = await startProblemApp(adapter, gone, gone.url);
      const get = (path: string): request.Test => request(app.getHttpServer()).get(path);
      await isUnknowable(get('/me').set('Cookie', ada.clientCookie));
      await isUnknowable(get('/me').set('Authorization', ada.header));
      await passes(get('/maybe').set('Cookie', ada.clientCookie), null);
      await app.close();
    });
  });

  describe('while Clerk redirects', () => {
    const REDIRECTS = [301, 302, 303, 307, 308];
    let elsewhere: ScriptedServer;

    beforeAll(async () => {
      elsewhere = await ScriptedServer.start(() => ({ status: 200, body: {} }));
    });

    afterAll(async () => {
      await elsewhere.stop();
    });

    it.each(REDIRECTS)('with %i, the secret key goes nowhere else', async (status) => {
      const ada = clerk.signIn('ada');
      await using door = await ScriptedServer.start((_, { path }) => ({
        status,
        headers: { location: `${elsewhere.url}${path}` },
      }));
      const app = await startProblemApp(adapter, clerk, door.url);
      const get = (): request.Test => request(app.getHttpServer()).get('/me');
      await isUnknowable(get().set('Cookie', ada.clientCookie));
      await isUnknowable(get().set('Authorization', ada.header));
      expect(door.to('/v1/clients/verify')).toEqual([
        expect.objectContaining({ authorization: `Bearer ${clerk.secretKey}` }),
      ]);
      expect(elsewhere.received).toEqual([]);
      await app.close();
    });
  });

  describe('the warning about optional sessions', () => {
    let now = Date.now();

    afterEach(() => {
      clerk.outage(false);
    });

    it('comes back after a minute, and not before', async () => {
      const { app, log } = await startRecordedApp(adapter, {
        imports: [ClerkModule.forRoot(clerk.options())],
        controllers: [ProbeController],
        now: () => now,
      });
      const ask = async (): Promise<number> => {
        const { clientCookie } = clerk.signIn('ada');
        await request(app.getHttpServer()).get('/maybe').set('Cookie', clientCookie).expect(200);
        return log.said('warn').length;
      };
      clerk.outage('rate-limit', { retryAfter: 30 });
      expect(await ask()).toBe(1);
      now += 59_999;
      expect(await ask()).toBe(1);
      now += 1;
      expect(await ask()).toBe(2);
      await app.close();
    });
  });

  it('SessionService.authenticate rejects while Clerk is down, and does not say null', async () => {
    const ada = clerk.signIn('ada');
    const app = await startProblemApp(adapter, clerk, clerk.url);
    const service = app.get(SessionService);
    const asked = { headers: { cookie: ada.clientCookie } };
    await expect(service.authenticate({ ...asked })).resolves.toMatchObject({ userId: ada.userId });
    clerk.outage('rate-limit', { retryAfter: 30 });
    await expect(service.authenticate({ ...asked })).rejects.toMatchObject({
      code: 'authority_unavailable',
      retryAfter: 30,
    });
    clerk.outage(false);
    await app.close();
  });
});

function startProblemApp(
  adapter: Adapter,
  clerk: LocalClerk,
  apiUrl: string,
): Promise<INestApplication> {
  const options = { ...clerk.options(), ...PATIENCE, apiUrl, errorBody: 'problem' } as const;
  return startApp(adapter, {
    imports: [ClerkModule.forRoot(options)],
    controllers: [ProbeController],
  });
}
