import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule, SessionService, type ClerkOptions } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { publishedKeys } from '../support/json-web-keys.js';
import { handled, ProbeController } from '../support/probe-controller.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { ADAPTERS, startApp } from '../support/start-app.js';
import { until } from '../support/until.js';

const CROWD = 1000;

let now: number;
let clerk: LocalClerk;
let ada: SignedIn;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  clerk = await LocalClerk.start({ now: () => now });
});

afterAll(async () => {
  await clerk.stop();
});

beforeEach(() => {
  now = Date.parse('2026-03-03T03:03:03Z');
  handled.length = 0;
  ada = clerk.signIn('ada');
  clerk.forgetCalls();
});

afterEach(async () => {
  // What hangs is asked again when its connection ends; now it gets an answer.
  clerk.outage(false);
  for (const thing of opened.splice(0)) await thing.close();
});

describe.each(ADAPTERS)('on %s', (adapter) => {
  async function start(options: ClerkOptions = {}): Promise<INestApplication> {
    const app = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ ...clerk.options(), ...options })],
      controllers: [ProbeController],
      now: () => now,
    });
    opened.push(app);
    return app;
  }

  const me = async (app: INestApplication, header: string): Promise<number> =>
    (await fetch(`${await app.getUrl()}/me`, { headers: { authorization: header } })).status;

  it.each<[string, number, number]>([
    ['and all pass', 200, 1],
    ['or, in an outage, one question of three tries, and all are 503', 503, 3],
  ])(
    'a thousand simultaneous cold requests cause one call, %s',
    async (_, status, calls) => {
      let release = (): void => undefined;
      const gate = new Promise<void>((resolve) => (release = resolve));
      const keys = await publishedKeys(clerk);
      const backend = await ScriptedServer.start(async () => {
        await gate;
        return { status, body: { keys } };
      });
      opened.push({ close: () => backend.stop() });
      const patience = { backendTimeout: 60_000, backendBudget: 60_000 };
      const app = await start({ apiUrl: backend.url, ...patience });
      let arrived = 0;
      (app.getHttpServer() as NodeJS.EventEmitter).on('request', () => (arrived += 1));
      const answers = Promise.all(Array.from({ length: CROWD }, () => me(app, ada.header)));
      await until(() => arrived === CROWD, 50_000);
      expect(handled).toEqual([]);
      release();
      expect(new Set(await answers)).toEqual(new Set([status]));
      expect(handled).toHaveLength(status === 200 ? CROWD : 0);
      expect(backend.to('/v1/jwks')).toHaveLength(calls);
    },
    60_000,
  );

  it('the boot does not wait for the network', async () => {
    await using silent = await LocalClerk.start();
    silent.outage('hang');
    const patience = { backendTimeout: 60_000, backendBudget: 60_000 };
    const app = await start({ ...silent.options(), ...patience });
    const answer = await fetch(`${await app.getUrl()}/public`);
    expect(answer.status).toBe(200);
    await until(() => silent.callsTo('/v1/jwks').length === 1);
  });

  it('the first request finds the keys that the boot has fetched', async () => {
    const app = await start();
    await until(() => clerk.callsTo('/v1/jwks').length === 1);
    expect(await me(app, ada.header)).toBe(200);
    expect(await me(app, ada.header)).toBe(200);
    expect(clerk.callsTo('/v1/jwks')).toHaveLength(1);
  });

  it('a token without a key id causes no call at all, and is refused', async () => {
    const app = await start();
    await until(() => clerk.callsTo('/v1/jwks').length === 1);
    clerk.forgetCalls();
    for (const kid of [undefined, 5, null, ['x'], {}]) {
      const token = clerk.mint({ session: ada, header: { kid } });
      expect(await me(app, `Bearer ${token}`)).toBe(401);
    }
    expect(clerk.callCount).toBe(0);
    expect(handled).toEqual([]);
  });
});

describe('made-up key ids', () => {
  const FLOOD = 10_000;

  async function service(options: ClerkOptions = {}): Promise<SessionService> {
    const patience = { backendTimeout: 60_000, backendBudget: 60_000 };
    const app = await startApp('express', {
      // Patient: ten thousand at once keep the process itself busy for a while.
      imports: [ClerkModule.forRoot({ ...clerk.options(), ...patience, ...options })],
      now: () => now,
    });
    opened.push(app);
    return app.get(SessionService);
  }

  /** Only the header differs: an unknown key id is refused before any signature is looked at. */
  function forged(kid: string): string {
    const [, payload = '', signature = ''] = ada.sessionToken.split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'RS256', typ: 'JWT', kid }));
    return [header.toString('base64url'), payload, signature].join('.');
  }

  const codeOf = async (sessions: SessionService, token: string): Promise<unknown> =>
    sessions.verifyToken(token).then(
      () => 'accepted',
      (reason: unknown) => (reason as { code: string }).code,
    );

  it('ten thousand of them within a second cause two calls at most', async () => {
    const sessions = await service();
    const began = now;
    const codes = await Promise.all(
      Array.from({ length: FLOOD }, async (_, at) => {
        now = began + Math.floor((at * 1000) / FLOOD);
        return codeOf(sessions, forged(`ins_${String(at)}`));
      }),
    );
    expect(new Set(codes)).toEqual(new Set(['token_key_unknown']));
    expect(clerk.callsTo('/v1/jwks').length).toBeLessThanOrEqual(2);
    expect(await codeOf(sessions, ada.sessionToken)).toBe('accepted');
  }, 60_000);

  it('one after the other, they cause two calls, then one every two seconds', async () => {
    const sessions = await service();
    await until(() => clerk.callsTo('/v1/jwks').length === 1);
    expect(await codeOf(sessions, ada.sessionToken)).toBe('accepted');
    for (let at = 0; at < 60; at += 1) {
      expect(await codeOf(sessions, forged(`ins_${String(at)}`))).toBe('token_key_unknown');
    }
    expect(clerk.callsTo('/v1/jwks')).toHaveLength(2);
    now += 1999;
    await codeOf(sessions, forged('ins_a'));
    expect(clerk.callsTo('/v1/jwks')).toHaveLength(2);
    now += 1;
    await codeOf(sessions, forged('ins_b'));
    await codeOf(sessions, forged('ins_c'));
    expect(clerk.callsTo('/v1/jwks')).toHaveLength(3);
  });

  it('a key published amid a flood of them is found within two seconds', async () => {
    const sessions = await service();
    const flood = (): Promise<unknown> =>
      Promise.all(Array.from({ length: 100 }, (_, at) => codeOf(sessions, forged(`ins_${at}`))));
    await flood();
    clerk.rotateKey();
    now += 2000;
    await flood();
    expect(await codeOf(sessions, clerk.mint({ session: ada }))).toBe('accepted');
  });

  describe('while the key set is slow', () => {
    /** Milliseconds; as long as the pause after which one more fetch is allowed. */
    const SLOWNESS = 2000;

    /** A key set that takes that long by the clock of the application, and the service before it. */
    async function slow(script?: () => Promise<void>): Promise<[SessionService, ScriptedServer]> {
      const keys = await publishedKeys(clerk);
      const backend = await ScriptedServer.start(async () => {
        now += SLOWNESS;
        await script?.();
        return { status: 200, body: { keys } };
      });
      opened.push({ close: () => backend.stop() });
      return [await service({ apiUrl: backend.url }), backend];
    }

    it('one of them is answered after one fetch that began after it came', async () => {
      const [sessions, backend] = await slow();
      expect(await codeOf(sessions, ada.sessionToken)).toBe('accepted');
      expect(backend.to('/v1/jwks')).toHaveLength(1);
      expect(await codeOf(sessions, forged('ins_a'))).toBe('token_key_unknown');
      expect(backend.to('/v1/jwks')).toHaveLength(2);
      expect(await codeOf(sessions, forged('ins_b'))).toBe('token_key_unknown');
      expect(backend.to('/v1/jwks')).toHaveLength(3);
    });

    it('one that came during a fetch waits for that and for one more, whoever else comes', async () => {
      const gates: (() => void)[] = [];
      const [sessions, backend] = await slow(() => new Promise<void>((open) => gates.push(open)));
      const fetches = (count: number): Promise<void> => until(() => gates.length === count);
      await fetches(1);
      const first = codeOf(sessions, forged('ins_a'));
      gates[0]?.();
      await fetches(2);
      const second = codeOf(sessions, forged('ins_b'));
      gates[1]?.();
      expect(await first).toBe('token_key_unknown');
      await fetches(3);
      gates[2]?.();
      expect(await second).toBe('token_key_unknown');
      expect(backend.to('/v1/jwks')).toHaveLength(3);
    });
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', ' ', '../jwks'])(
    '%j is unknown like any other',
    async (kid) => {
      const sessions = await service();
      expect(await codeOf(sessions, forged(kid))).toBe('token_key_unknown');
      expect(await codeOf(sessions, ada.sessionToken)).toBe('accepted');
    },
  );

  it('a clock set back neither floods Clerk nor locks new keys out for long', async () => {
    const sessions = await service();
    for (let at = 0; at < 10; at += 1) await codeOf(sessions, forged(`ins_${at}`));
    const before = clerk.callsTo('/v1/jwks').length;
    now -= 3_600_000;
    for (let at = 0; at < 10; at += 1) await codeOf(sessions, forged(`ins_${at}`));
    expect(clerk.callsTo('/v1/jwks').length - before).toBeLessThanOrEqual(2);
    clerk.rotateKey();
    now += 2000;
    expect(await codeOf(sessions, clerk.mint({ session: ada }))).toBe('accepted');
  });
});
