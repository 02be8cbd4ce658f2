import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import {
  ClerkModule,
  SessionService,
  type AuthorityUnavailableException,
  type ClerkOptions,
} from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { backendCalls } from '../support/backend-calls.js';
import { HandClock } from '../support/hand-clock.js';
import { ProbeController } from '../support/probe-controller.js';
import { RecordedLog } from '../support/recorded-log.js';
import { isRefused, isUnknowable, passes } from '../support/refusals.js';
import { SharedChannel, SharedStore } from '../support/shared-channel.js';
import { ADAPTERS, startApp, type Adapter } from '../support/start-app.js';
import { until } from '../support/until.js';

/** An application on one of the machines, and its way to the others. */
interface Machine {
  readonly app: INestApplication;
  readonly channel: SharedChannel;
  readonly get: (token: string, path?: string) => request.Test;
}

/** Longer than anybody remembers an ended session. */
const LONG = 3600;

describe.each(ADAPTERS)('%s', (adapter: Adapter) => {
  let clock: HandClock;
  let clerk: LocalClerk;
  let store: SharedStore;
  let machines: Machine[];

  beforeEach(async () => {
    clock = new HandClock();
    clerk = await LocalClerk.start({ now: clock.now });
    store = new SharedStore(clock.now);
    machines = [];
  });

  afterEach(async () => {
    for (const { app } of machines) await app.close();
    await clerk.stop();
  });

  const start = async (
    options: ClerkOptions = {},
    channel: SharedChannel = new SharedChannel(store),
  ): Promise<Machine> => {
    const said = { ...clerk.options(), jwtKey: clerk.jwtKey, errorBody: 'problem' } as const;
    const app = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ ...said, revocations: channel, ...options })],
      controllers: [ProbeController],
      now: clock.now,
      timer: clock.timer,
    });
    const get = (token: string, path = '/me'): request.Test =>
      request(app.getHttpServer() as never)
        .get(path)
        .set('authorization', `Bearer ${token}`);
    const machine = { app, channel, get };
    machines.push(machine);
    return machine;
  };

  /** Time passes in small steps, and whoever waits goes on in between, until something holds. */
  const passUntil = async (holds: () => boolean): Promise<void> => {
    for (let step = 0; !holds(); step += 1) {
      if (step === 400) throw new Error(`It never came to hold: ${holds.toString()}`);
      await nextTurn();
      await nextTurn();
      clock.forward(25);
    }
  };

  /** The answer, and after how many milliseconds it came, give or take a few steps. */
  const answerTo = async (asked: request.Test): Promise<{ status: number; after: number }> => {
    const before = clock.now();
    let answer: request.Response | undefined;
    void asked.then((response) => {
      answer = response;
    });
    await until(() => clock.now() === before);
    await passUntil(() => answer !== undefined);
    return { status: answer!.status, after: clock.now() - before };
  };

  const sessions = ({ app }: Machine): SessionService => app.get(SessionService);

  describe('a session that one machine ends', () => {
    it('is refused by the others at their next request, and nobody else is', async () => {
      const [one, other] = [await start(), await start()];
      const [ada, bob] = [clerk.signIn('ada'), clerk.signIn('bob')];
      for (const { get } of machines) await passes(get(ada.sessionToken), ada.userId);
      await sessions(one).revokeSession(ada.sessionId);
      for (const { get } of machines) await isRefused(get(ada.sessionToken), 'session_not_active');
      for (const { get } of machines) await passes(get(bob.sessionToken), bob.userId);
      await passes(other.get(ada.sessionToken, '/maybe'), null);
      expect(store.published).toEqual([[{ kind: 'session_ended', sessionId: ada.sessionId }]]);
    });

    it('is refused at the first request of a machine that was away', async () => {
      const ada = clerk.signIn('ada');
      await sessions(await start()).revokeSession(ada.sessionId);
      const late = await start();
      await isRefused(late.get(ada.sessionToken), 'session_not_active');
    });

    it('is refused with a client token too, whatever was cached', async () => {
      const [one, other] = [await start(), await start({ backendCache: { ttl: 60_000 } })];
      const ada = clerk.signIn('ada');
      const ask = (): request.Test =>
        request(other.app.getHttpServer() as never)
          .get('/me')
          .set('cookie', ada.clientCookie);
      await passes(ask(), ada.userId);
      await sessions(one).revokeSession(ada.sessionId);
      await isRefused(ask(), 'session_not_active');
    });
  });

  describe('a user who was ended', () => {
    it('is refused with tokens issued until then, and let in with later ones', async () => {
      const { get } = await start();
      const early = clerk.signIn('ada');
      const { userId } = early;
      await passes(get(early.sessionToken), userId);
      store.say([{ kind: 'user_ended', userId, issuedUntil: clock.now() }]);
      await isRefused(get(early.sessionToken), 'session_not_active');
      clock.forward(1000);
      const late = clerk.signIn('ada');
      await passes(get(late.sessionToken), userId);
      await isRefused(get(early.sessionToken), 'session_not_active');
    });

    it('is asked about anew where the answer was cached', async () => {
      const { app } = await start({ backendCache: { ttl: 60_000 } });
      const ada = clerk.signIn('ada');
      const ask = (): request.Test =>
        request(app.getHttpServer() as never)
          .get('/me')
          .set('cookie', ada.clientCookie);
      await passes(ask(), ada.userId);
      await passes(ask(), ada.userId);
      clerk.revoke(ada);
      await passes(ask(), ada.userId);
      store.say([{ kind: 'user_ended', userId: ada.userId, issuedUntil: clock.now() }]);
      await isRefused(ask(), 'session_not_active');
    });
  });

  it.each([
    'nonsense',
    null,
    { kind: 'session_ended', sessionId: '*' },
    { kind: 'session_opened', sessionId: 'sess_1' },
    { kind: 'user_ended', userId: 'user_1', issuedUntil: 'always' },
  ])('what is no notice changes nothing: %j', async (nonsense) => {
    const { get } = await start();
    const ada = clerk.signIn('ada');
    store.say([nonsense, { kind: 'session_ended', sessionId: clerk.signIn('bob').sessionId }]);
    await passes(get(ada.sessionToken), ada.userId);
  });

  describe('a machine that may have missed something', () => {
    it('waits for sight, and refuses what ended meanwhile', async () => {
      const { get } = await start({ revocationFallback: 'none' });
      const [ada, bob] = [clerk.signIn('ada'), clerk.signIn('bob')];
      clock.forward(3001);
      const waiting = clock.waiting;
      const answers = [get(ada.sessionToken), get(bob.sessionToken)].map((asked) =>
        asked.then(({ status }) => status),
      );
      await until(() => clock.waiting > waiting);
      store.say([{ kind: 'session_ended', sessionId: ada.sessionId }]);
      store.tick();
      expect(await Promise.all(answers)).toEqual([401, 200]);
    });

    it("takes the token's word by default, warns once, and lets only the first wait", async () => {
      const { get, channel } = await start();
      const log = new RecordedLog().listen();
      const ada = clerk.signIn('ada');
      channel.cut();
      clock.forward(3000);
      await passes(get(ada.sessionToken), ada.userId);
      clock.forward(1);
      const first = await answerTo(get(ada.sessionToken));
      expect(first.status).toBe(200);
      expect(first.after).toBeGreaterThanOrEqual(500);
      // Nobody moves the clock: whoever waited now would wait for ever.
      await passes(get(ada.sessionToken), ada.userId);
      await passes(get(ada.sessionToken), ada.userId);
      const warnings = log.said('warn').filter((text) => text.includes('revocations'));
      expect(warnings).toHaveLength(1);
    });

    it("refuses with 503 where the token's word is not enough, and says so to sockets too", async () => {
      const { get, channel } = await start({ revocationFallback: 'none' });
      const ada = clerk.signIn('ada');
      await passes(get(ada.sessionToken), ada.userId);
      channel.cut();
      clock.forward(3001);
      expect((await answerTo(get(ada.sessionToken))).status).toBe(503);
      await isUnknowable(get(ada.sessionToken));
      await passes(get(ada.sessionToken, '/maybe'), null);
      await passes(get(ada.sessionToken, '/public'), null);
      // A token that is no good is so in any case.
      await isRefused(get(clerk.mint({ session: ada, key: 'foreign' })), 'token_signature_invalid');
    });

    it('is well again by itself', async () => {
      const { get, channel } = await start({ revocationFallback: 'none' });
      const ada = clerk.signIn('ada');
      channel.cut();
      clock.forward(3001);
      expect((await answerTo(get(ada.sessionToken))).status).toBe(503);
      channel.link = 'up';
      const { follows } = channel;
      await passUntil(() => channel.follows > follows);
      await passes(get(ada.sessionToken), ada.userId);
    });

    it('is one whose clock was set, either way', async () => {
      const { get } = await start({ revocationFallback: 'none' });
      const ada = clerk.signIn('ada');
      clock.forward(-4500);
      expect((await answerTo(get(ada.sessionToken))).status).toBe(503);
      store.tick();
      await passes(get(ada.sessionToken), ada.userId);
    });
  });

  describe('a channel', () => {
    it('that is down at boot keeps nobody from booting', async () => {
      const channel = new SharedChannel(store);
      channel.link = 'down';
      const booting = start({}, channel);
      await until(() => channel.follows > 0);
      clock.forward(2000);
      const { get } = await booting;
      const ada = clerk.signIn('ada');
      await passes(get(ada.sessionToken), ada.userId);
    });

    it('that gives no sign of life is left alone, and opened anew', async () => {
      const { channel } = await start();
      channel.cut('silent');
      await passUntil(() => channel.follows === 2);
      const before = clock.now();
      await passUntil(() => channel.follows === 3);
      expect(clock.now() - before).toBeGreaterThanOrEqual(5000);
    });

    it('is left when the application closes', async () => {
      const { app, channel } = await start();
      await app.close();
      const { follows } = channel;
      for (let step = 0; step < 60; step += 1) {
        clock.forward(1000);
        await nextTurn();
      }
      expect(channel.follows).toBe(follows);
      // Nobody hears what is said now: an application that listened would take note of it.
      expect(() => {
        store.say([{ kind: 'session_ended', sessionId: 'sess_1' }]);
      }).not.toThrow();
    });

    it('that cannot tell the others is told of to whoever ends a session', async () => {
      const [one, other] = [await start(), await start()];
      const ada = clerk.signIn('ada');
      one.channel.link = 'down';
      const failure = await sessions(one)
        .revokeSession(ada.sessionId)
        .catch((reason: unknown) => reason as AuthorityUnavailableException);
      expect(failure).toMatchObject({ status: 503, code: 'authority_unavailable' });
      expect(clerk.session(ada).status).toBe('revoked');
      await isRefused(one.get(ada.sessionToken), 'session_not_active');
      await passes(other.get(ada.sessionToken), ada.userId);
      // They are told as soon as that is possible.
      one.channel.link = 'up';
      store.tick();
      await isRefused(other.get(ada.sessionToken), 'session_not_active');
    });

    it('that never answers is not waited for', async () => {
      const one = await start();
      const ada = clerk.signIn('ada');
      one.channel.link = 'silent';
      const waiting = clock.waiting;
      const failure = sessions(one)
        .revokeSession(ada.sessionId)
        .catch((reason: unknown) => reason as AuthorityUnavailableException);
      await until(() => clock.waiting > waiting);
      clock.forward(5000);
      expect(await failure).toMatchObject({ code: 'authority_unavailable' });
    });

    it('whose store came back empty is told again what this machine told', async () => {
      const [one, other] = [await start(), await start()];
      const ada = clerk.signIn('ada');
      other.channel.cut();
      await sessions(one).revokeSession(ada.sessionId);
      store.empty();
      one.channel.cut();
      for (const { channel } of machines) channel.link = 'up';
      await passUntil(() => machines.every(({ channel }) => channel.follows === 2));
      await until(() => store.published.length === 2);
      await isRefused(other.get(ada.sessionToken), 'session_not_active');
      // What it finds there is not told once more.
      one.channel.cut();
      one.channel.link = 'up';
      await passUntil(() => one.channel.follows === 3);
      expect(store.published).toHaveLength(2);
    });
  });

  describe('a token that lives longer than machines remember', () => {
    const tokens: readonly [string, (of: string) => string][] = [
      ['for an hour', (session) => clerk.mint({ session, expiresIn: LONG })],
      ['since nobody knows when', (session) => clerk.mint({ session, claims: { iat: undefined } })],
    ];

    it.each(tokens)('is confirmed by Clerk: %s', async (_, mint) => {
      const { get } = await start();
      const ada = clerk.signIn('ada');
      const token = mint(ada.sessionId);
      clerk.forgetCalls();
      await passes(get(token), ada.userId);
      expect(backendCalls(clerk)).toEqual([`GET /v1/sessions/${ada.sessionId}`]);
      clerk.revoke(ada);
      await isRefused(get(token), 'session_not_active');
      await passes(get(ada.sessionToken), ada.userId);
    });

    it.each(tokens)('is refused where nobody can ask Clerk: %s', async (_, mint) => {
      const { get } = await start({ secretKey: undefined });
      const ada = clerk.signIn('ada');
      const { publishableKey } = clerk.options();
      const without = await startApp(adapter, {
        imports: [
          ClerkModule.forRoot({
            publishableKey,
            jwtKey: clerk.jwtKey,
            errorBody: 'problem',
            revocations: new SharedChannel(store),
            envFiles: false,
          }),
        ],
        controllers: [ProbeController],
        now: clock.now,
        timer: clock.timer,
      });
      machines.push({ app: without, channel: new SharedChannel(store), get });
      const ask = (token: string): request.Test =>
        request(without.getHttpServer() as never)
          .get('/me')
          .set('authorization', `Bearer ${token}`);
      await isRefused(ask(mint(ada.sessionId)), 'token_type_unsupported');
      await passes(ask(ada.sessionToken), ada.userId);
    });

    it('is 503 in an outage, unless the token is to be taken at its word', async () => {
      const [strict, lenient] = [await start(), await start({ liveFallback: 'token' })];
      const ada = clerk.signIn('ada');
      const token = clerk.mint({ session: ada, expiresIn: LONG });
      clerk.outage(true);
      await isUnknowable(strict.get(token));
      await passes(lenient.get(token), ada.userId);
    });

    it('costs no call without a channel', async () => {
      const { get } = await start({ revocations: undefined });
      const ada = clerk.signIn('ada');
      clerk.forgetCalls();
      await passes(get(clerk.mint({ session: ada, expiresIn: LONG })), ada.userId);
      expect(backendCalls(clerk)).toEqual([]);
    });
  });
});
