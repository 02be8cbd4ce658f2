import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Headers, type INestApplication } from '@nestjs/common';
import {
  AcceptTokens,
  ClerkModule,
  RequireSession,
  SessionService,
  type ClerkOptions,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { backendCalls } from '../support/backend-calls.js';
import { ScriptedServer, type Script } from '../support/scripted-server.js';
import { ADAPTERS, startApp } from '../support/start-app.js';
import { until } from '../support/until.js';

let ran = 0;

@Controller()
class Door {
  @Get('me')
  @RequireSession()
  me() {
    ran += 1;
    return {};
  }

  @Get('live')
  @RequireSession({ live: true })
  live() {
    ran += 1;
    return {};
  }

  @Get('machine')
  @AcceptTokens('api_key', 'm2m_token', 'oauth_token')
  machine(@Headers('authorization') header: string) {
    ran += 1;
    return { header };
  }
}

/** Every way for somebody without a credential to make us ask Clerk; each number is another made-up token. */
const STRANGERS = [
  ['a made-up cookie', '/me', (no: number) => ({ cookie: `__session=junk${String(no)}` })],
  [
    'a made-up cookie with an id',
    `/me?_clerk_session_id=sess_1`,
    (no: number) => ({ cookie: `__session=junk${String(no)}` }),
  ],
  ['a made-up API key', '/machine', (no: number) => ({ authorization: `Bearer ak_${String(no)}` })],
  ['a made-up M2M token', '/machine', (no: number) => ({ authorization: `Bearer mt_${no}` })],
  ['a made-up OAuth token', '/machine', (no: number) => ({ authorization: `Bearer oat_${no}` })],
] as const;

describe.each(ADAPTERS)('on %s', (adapter) => {
  let time: number;
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication;
  const opened: { close(): Promise<void> }[] = [];

  beforeEach(async () => {
    time = Date.UTC(2026, 0, 1);
    ran = 0;
    clerk = await LocalClerk.start({ now: () => time });
    opened.push({ close: () => clerk.stop() });
    ada = clerk.signIn('ada');
  });

  afterEach(async () => {
    clerk.outage(false);
    for (const thing of opened.splice(0).reverse()) await thing.close();
  });

  async function start(options: ClerkOptions = {}): Promise<void> {
    const said = { ...clerk.options(), jwtKey: clerk.jwtKey, errorBody: 'problem' } as const;
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ ...said, ...options })],
      controllers: [Door],
      now: () => time,
    });
    opened.push(app);
    clerk.forgetCalls();
  }

  async function startBefore(script: Script, options: ClerkOptions = {}): Promise<ScriptedServer> {
    const backend = await ScriptedServer.start(script);
    opened.push({ close: () => backend.stop() });
    await start({ apiUrl: backend.url, ...options });
    return backend;
  }

  const ask = (path: string, headers: Readonly<Record<string, string>>): request.Test =>
    request(app.getHttpServer()).get(path).set(headers);

  async function statusOf(path: string, headers: Readonly<Record<string, string>>) {
    const { status } = await ask(path, headers);
    return status;
  }

  describe.each(STRANGERS)('%s', (_, path, headersOf) => {
    it('costs one question while it is sent again and again, for five seconds', async () => {
      await start();
      expect(await statusOf(path, headersOf(1))).toBe(401);
      const once = clerk.callCount;
      for (let turn = 0; turn < 20; turn += 1) {
        const { status, body } = await ask(path, headersOf(1));
        expect({ status, code: (body as { code: string }).code }).toEqual({
          status: 401,
          code: path === '/machine' ? 'machine_token_invalid' : 'client_token_invalid',
        });
      }
      time += 4999;
      await ask(path, headersOf(1));
      expect(clerk.callCount).toBe(once);
      time += 1;
      await ask(path, headersOf(1));
      expect(clerk.callCount).toBe(2 * once);
      time -= 3_600_000;
      await ask(path, headersOf(1));
      expect(clerk.callCount).toBe(3 * once);
      expect(ran).toBe(0);
    });

    it('is told from any other by its whole text', async () => {
      await start();
      await ask(path, headersOf(1));
      const once = clerk.callCount;
      await ask(path, headersOf(11));
      expect(clerk.callCount).toBe(2 * once);
    });

    it.each(['unavailable', 'refuse', 'rubbish'] as const)(
      'opens the breaker when Clerk is down: %s',
      async (outage) => {
        await start();
        clerk.outage(outage);
        for (let no = 0; no < 50; no += 1) {
          const { status, headers } = await ask(path, headersOf(no));
          expect(status).toBe(503);
          expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
        }
        // Seven questions of three tries, and the eighth that opens it.
        expect(clerk.callCount).toBeLessThanOrEqual(24);
        clerk.forgetCalls();
        time += 1000;
        for (let no = 0; no < 10; no += 1) await ask(path, headersOf(no)).expect(503);
        expect(clerk.callCount).toBe(1);
        clerk.outage(false);
        time += 1999;
        await ask(path, headersOf(0)).expect(503);
        expect(clerk.callCount).toBe(1);
        time += 1;
        await ask(path, headersOf(0)).expect(401);
        await ask(path, headersOf(1)).expect(401);
        expect(ran).toBe(0);
      },
    );

    it('asks nothing more for as long as a Retry-After says', async () => {
      await start();
      clerk.outage('rate-limit', { retryAfter: 20 });
      await ask(path, headersOf(0)).expect(503).expect('Retry-After', '20');
      clerk.outage(false);
      time += 5000;
      for (let no = 0; no < 20; no += 1) {
        await ask(path, headersOf(no)).expect(503).expect('Retry-After', '15');
      }
      expect(clerk.callCount).toBe(1);
      time += 15_000;
      await ask(path, headersOf(0)).expect(401);
      await ask(path, headersOf(1)).expect(401);
      expect(ran).toBe(0);
    });
  });

  it('one made-up cookie with many session ids costs one question', async () => {
    await start();
    for (let no = 0; no < 20; no += 1) {
      await ask(`/me?_clerk_session_id=sess_${String(no)}`, { cookie: '__session=junk' }).expect(
        401,
      );
    }
    expect(backendCalls(clerk)).toEqual([
      'POST /v1/sessions/sess_0/verify',
      'POST /v1/clients/verify',
    ]);
  });

  it('what a sign-in changes is never remembered', async () => {
    await start();
    const ask = () => statusOf('/me', { cookie: ada.clientCookie });
    clerk.setLastActive(ada, null);
    expect(await ask()).toBe(401);
    clerk.setLastActive(ada, ada);
    expect(await ask()).toBe(200);
    clerk.setStatus(ada, 'pending');
    expect(await ask()).toBe(401);
    clerk.setStatus(ada, 'active');
    expect(await ask()).toBe(200);
    const asked = `/me?_clerk_session_id=sess_unknown`;
    expect(await statusOf(asked, { cookie: ada.clientCookie })).toBe(401);
    expect(await ask()).toBe(200);
    expect(ran).toBe(3);
  });

  it('a Retry-After is not obeyed for longer than five minutes, nor after the clock was set back', async () => {
    await start();
    const cookie = ada.clientCookie;
    for (const move of [300_000, -300_000]) {
      clerk.outage('rate-limit', { retryAfter: 3600 });
      await ask('/me', { cookie }).expect(503);
      clerk.outage(false);
      time += move - Math.sign(move);
      await ask('/me', { cookie }).expect(503);
      time += Math.sign(move);
      await ask('/me', { cookie }).expect(200);
    }
  });

  it('one failure, or four, keep nobody out once Clerk is back', async () => {
    await start();
    const cookie = ada.clientCookie;
    for (let round = 0; round < 3; round += 1) {
      clerk.outage(true);
      for (let no = 0; no < 4; no += 1) await ask('/me', { cookie }).expect(503);
      clerk.outage(false);
      await ask('/me', { cookie }).expect(200);
    }
  });

  it('while the breaker is open, keys are fetched, session tokens pass, and sessions can be revoked', async () => {
    await start({ jwtKey: [] });
    await until(() => clerk.callsTo('/v1/jwks').length === 1);
    await ask('/me', { authorization: ada.header }).expect(200);
    clerk.outage('rate-limit', { retryAfter: 60 });
    await ask('/me', { cookie: '__session=junk' }).expect(503);
    clerk.outage(false);
    clerk.rotateKey();
    time += 10_000;
    await ask('/me', { authorization: `Bearer ${clerk.freshToken(ada)}` }).expect(200);
    const service = app.get(SessionService);
    await expect(service.getSession(ada.sessionId)).rejects.toMatchObject({ retryAfter: 50 });
    expect(await service.revokeSession(ada.sessionId)).toMatchObject({ id: ada.sessionId });
    await ask('/live', { authorization: ada.header }).expect(401);
    expect(ran).toBe(2);
  });

  it('live checks of many sessions stop as well', async () => {
    await start();
    const people = Array.from({ length: 30 }, (_, no) => clerk.signIn(`user${String(no)}`));
    clerk.outage(true);
    for (const { header } of people) await ask('/live', { authorization: header }).expect(503);
    expect(clerk.callCount).toBeLessThanOrEqual(24);
    clerk.outage(false);
    time += 1000;
    await ask('/live', { authorization: people[0]?.header ?? '' }).expect(200);
    await ask('/live', { authorization: people[1]?.header ?? '' }).expect(200);
    expect(ran).toBe(2);
  });

  it('after the pause one question at a time is let through', async () => {
    let isDown = true;
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const backend = await startBefore(async () => {
      if (isDown) return { status: 500 };
      await gate;
      return { status: 404 };
    });
    for (let no = 0; no < 8; no += 1) await ask('/me', { cookie: `__session=a${String(no)}` });
    isDown = false;
    time += 1000;
    const before = backend.received.length;
    const probe = statusOf('/me', { cookie: '__session=probe' });
    await until(() => backend.received.length === before + 1);
    for (let no = 0; no < 5; no += 1) {
      await ask('/me', { cookie: `__session=b${String(no)}` }).expect(503);
    }
    expect(backend.received).toHaveLength(before + 1);
    release();
    expect(await probe).toBe(401);
    await ask('/me', { cookie: '__session=c' }).expect(401);
  });

  it.each([
    ['client tokens', (no: number, s: SessionService) => s.verifyClient(`clt_${String(no)}`)],
    ['sessions', (no: number, s: SessionService) => s.getSession(`sess_${String(no)}`)],
  ] as const)('never more than 64 calls are open while Clerk hangs: %s', async (_, question) => {
    let open = 0;
    let most = 0;
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const backend = await startBefore(
      async () => {
        open += 1;
        most = Math.max(most, open);
        await gate;
        open -= 1;
        return { status: 404 };
      },
      { backendTimeout: 60_000, backendBudget: 60_000 },
    );
    const service = app.get(SessionService);
    const answers = Array.from({ length: 1250 }, (_, no) =>
      question(no, service).then(
        () => 'answered',
        (reason: unknown) => (reason as { status: number }).status,
      ),
    );
    await until(() => open >= 50);
    release();
    const statuses = await Promise.all(answers);
    expect(most).toBeLessThanOrEqual(64);
    // What finds neither room nor a place in the queue is refused at once.
    expect(statuses.filter((status) => status === 503).length).toBeLessThanOrEqual(250);
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(0);
    expect(backend.received.length).toBeLessThanOrEqual(1064);
  });

  it('those that wait for a Clerk that hangs are refused without a call', async () => {
    let asked = 0;
    await startBefore(
      () => {
        asked += 1;
        return new Promise(() => undefined);
      },
      { backendTimeout: 300 },
    );
    const service = app.get(SessionService);
    const answers = Array.from({ length: 1000 }, (_, no) =>
      service.getSession(`sess_${String(no)}`).catch((reason: unknown) => reason),
    );
    for (const reason of await Promise.all(answers)) expect(reason).toMatchObject({ status: 503 });
    expect(asked).toBeLessThanOrEqual(64);
  });

  describe('with clientTokens: false', () => {
    it('no client token causes a call, and session tokens pass', async () => {
      await start({ clientTokens: false });
      for (const cookie of ['__session=junk', ada.clientCookie]) {
        for (const path of ['/me', `/me?_clerk_session_id=${ada.sessionId}`]) {
          const { status, body } = await ask(path, { cookie });
          expect({ status, code: (body as { code: string }).code }).toEqual({
            status: 401,
            code: 'client_token_unsupported',
          });
        }
      }
      const service = app.get(SessionService);
      const code = 'client_token_unsupported';
      await expect(service.verifyClient('clt_1')).rejects.toMatchObject({ code });
      await expect(service.verifySession(ada.sessionId, 'clt_1')).rejects.toMatchObject({ code });
      expect(clerk.callCount).toBe(0);
      await ask('/me', { cookie: ada.cookie }).expect(200);
      await ask('/live', { authorization: ada.header }).expect(200);
      expect(await service.getSession(ada.sessionId)).toMatchObject({ id: ada.sessionId });
      expect(ran).toBe(2);
    });
  });
});
