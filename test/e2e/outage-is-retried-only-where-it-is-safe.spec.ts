import { afterEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { AuthorityUnavailableException, ClerkModule, SessionService } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { ScriptedServer, type Script, type Scripted } from '../support/scripted-server.js';
import { startApp } from '../support/start-app.js';

const SESSION = {
  object: 'session',
  id: 'sess_1',
  user_id: 'user_1',
  client_id: 'client_1',
  status: 'active',
  expire_at: 4_000_000_000_000,
};
const CLIENT = { object: 'client', id: 'client_1', sessions: [SESSION] };
const GOOD = { status: 200, body: SESSION } satisfies Scripted;

/** Every way of asking about a session that may be asked twice. */
const QUESTIONS: readonly [string, string, (service: SessionService) => Promise<unknown>][] = [
  ['verifySession', '/v1/sessions/sess_1/verify', (s) => s.verifySession('sess_1', 'clt_1')],
  ['verifyClient', '/v1/clients/verify', (s) => s.verifyClient('clt_1')],
  ['getSession', '/v1/sessions/sess_1', (s) => s.getSession('sess_1')],
];
const REVOKE = '/v1/sessions/sess_1/revoke';

describe('a failed call is repeated where that is safe, three tries at most', () => {
  const opened: { close(): Promise<void> }[] = [];

  afterEach(async () => {
    for (const thing of opened.splice(0).reverse()) await thing.close();
  });

  /** A service that asks a server with this script; `jwtKey` is given, so that nothing else is asked. */
  async function ask(script: Script, patience = {}): Promise<[SessionService, ScriptedServer]> {
    const backend = await ScriptedServer.start(script);
    opened.push({ close: () => backend.stop() });
    return [await serviceFor(backend.url, patience), backend];
  }

  async function serviceFor(apiUrl: string, patience = {}): Promise<SessionService> {
    const clerk = await keys();
    const options = { secretKey: 'sk_test_1', jwtKey: clerk.jwtKey, apiUrl, ...patience };
    const app: INestApplication = await startApp('express', {
      imports: [ClerkModule.forRoot(options)],
    });
    opened.push(app);
    return app.get(SessionService);
  }

  let known: LocalClerk | undefined;
  async function keys(): Promise<LocalClerk> {
    known ??= await LocalClerk.start();
    await known.stop();
    return known;
  }

  const isDown = async (answer: Promise<unknown>, retryAfter = 5): Promise<void> => {
    const reason: unknown = await answer.catch((thrown: unknown) => thrown);
    expect(reason).toBeInstanceOf(AuthorityUnavailableException);
    expect(reason).toMatchObject({ code: 'authority_unavailable', retryAfter });
  };

  describe.each(QUESTIONS)('%s', (name, path, question) => {
    const answer = name === 'verifyClient' ? { status: 200, body: CLIENT } : GOOD;

    it.each([500, 429])('%i, then 200: it is found', async (status) => {
      const [service, backend] = await ask((turn) => (turn === 1 ? { status } : answer));
      expect(await question(service)).toMatchObject({ id: answer.body.id });
      expect(backend.to(path)).toHaveLength(2);
    });

    it.each([200, 204, 301, 302, 402, 403, 405, 409, 413, 451])(
      '%i without sense is not repeated',
      async (status) => {
        const [service, backend] = await ask(() => ({ status, body: {} }));
        await isDown(question(service));
        expect(backend.to(path)).toHaveLength(1);
      },
    );

    it('a connection that breaks is repeated three times', async () => {
      await using clerk = await LocalClerk.start();
      clerk.outage('refuse');
      await isDown(question(await serviceFor(clerk.url)));
      expect(clerk.callsTo(path)).toHaveLength(3);
    });

    it('a time-out is not repeated: who is slow already is not asked more', async () => {
      await using clerk = await LocalClerk.start();
      clerk.outage('hang');
      await isDown(question(await serviceFor(clerk.url, { backendTimeout: 100 })));
      expect(clerk.callsTo(path)).toHaveLength(1);
    });

    it('an answer that is far too large is not repeated', async () => {
      const body = 'x'.repeat(5_000_001);
      const [service, backend] = await ask(() => ({ status: 200, body }));
      await isDown(question(service));
      expect(backend.to(path)).toHaveLength(1);
    });

    it.each([
      [6, 6],
      [30, 30],
      [999_999_999, 3600],
    ])('Retry-After: %i is longer than the budget, so it is passed on', async (wait, told) => {
      const headers = { 'retry-after': String(wait) };
      const [service, backend] = await ask(() => ({ status: 429, headers }));
      await isDown(question(service), told);
      expect(backend.to(path)).toHaveLength(1);
    });
  });

  describe('revokeSession', () => {
    it.each([500, 503, 429])(
      '%i is not repeated: what acts is never asked twice',
      async (status) => {
        const [service, backend] = await ask((turn) => (turn === 1 ? { status } : GOOD));
        await isDown(service.revokeSession('sess_1'));
        expect(backend.to(REVOKE)).toHaveLength(1);
        expect(await service.revokeSession('sess_1')).toMatchObject({ id: 'sess_1' });
      },
    );

    it('nor is a connection that breaks, nor a time-out', async () => {
      await using clerk = await LocalClerk.start();
      const service = await serviceFor(clerk.url, { backendTimeout: 100 });
      clerk.outage('refuse');
      await isDown(service.revokeSession('sess_1'));
      clerk.outage('hang');
      await isDown(service.revokeSession('sess_1'));
      expect(clerk.callsTo(REVOKE)).toHaveLength(2);
    });

    it('the Retry-After is passed on', async () => {
      const headers = { 'retry-after': '12' };
      const [service] = await ask(() => ({ status: 503, headers }));
      await isDown(service.revokeSession('sess_1'), 12);
    });
  });

  it.each([502, 503, 504, 599])('%i twice, then 200: it is found', async (status) => {
    const [service, backend] = await ask((turn) => (turn <= 2 ? { status } : GOOD));
    expect(await service.getSession('sess_1')).toMatchObject({ id: 'sess_1' });
    expect(backend.received).toHaveLength(3);
  });

  it.each([500, 503, 429])('%i without an end: given up after three tries', async (status) => {
    const [service, backend] = await ask(() => ({ status }));
    await isDown(service.verifyClient('clt_1'));
    expect(backend.received).toHaveLength(3);
  });

  it('a Retry-After within the budget is waited for', async () => {
    const asked: number[] = [];
    const [service] = await ask((turn) => {
      asked.push(performance.now());
      return turn === 1 ? { status: 429, headers: { 'retry-after': '1' } } : GOOD;
    });
    expect(await service.verifySession('sess_1', 'clt_1')).toMatchObject({ id: 'sess_1' });
    const [first = 0, second = 0] = asked;
    expect(second - first).toBeGreaterThanOrEqual(990);
  });

  it('a Retry-After that outlasts the rest of the budget is passed on, too', async () => {
    const headers = { 'retry-after': '1' };
    const patience = { backendBudget: 1500 };
    const [service, backend] = await ask(() => ({ status: 429, headers }), patience);
    await isDown(service.verifyClient('clt_1'), 1);
    expect(backend.received).toHaveLength(2);
  });

  it('all tries together stay within the budget', async () => {
    const patience = { backendTimeout: 10_000, backendBudget: 200 };
    await using clerk = await LocalClerk.start();
    clerk.outage('hang');
    const service = await serviceFor(clerk.url, patience);
    const began = performance.now();
    await isDown(service.verifyClient('clt_1'));
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
