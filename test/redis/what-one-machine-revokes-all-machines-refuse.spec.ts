import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AuthorityUnavailableException } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { isRefused, isUnknowable, passes } from '../support/refusals.js';
import { NEWEST } from './support/clients.js';
import { ended } from './support/following.js';
import { Machine, type MachineOptions } from './support/machines.js';
import { RedisServer } from './support/redis-server.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { withRedis } from './support/with-redis.js';

/** Blindness takes three seconds, and some tests go through it twice. */
const PATIENCE = 60_000;

withRedis('with Redis between them', () => {
  let clerk: LocalClerk;
  let server: RedisServer;

  beforeAll(async () => {
    [clerk, server] = await Promise.all([LocalClerk.start(), RedisServer.start()]);
  });

  afterAll(async () => {
    await Promise.all([clerk.stop(), server.stop()]);
  });

  describe.each(Object.entries(NEWEST))('and %s', (_name, make) => {
    let machines: Machine[];

    beforeEach(() => {
      machines = [];
    });

    afterEach(async () => {
      await Promise.all(machines.map((machine) => machine.stop()));
    }, PATIENCE);

    const start = async (options?: MachineOptions, network?: TcpProxy): Promise<Machine> => {
      const machine = await Machine.start({ clerk, port: server.port, make }, options, network);
      machines.push(machine);
      return machine;
    };

    const startThree = async (): Promise<[Machine, Machine, Machine]> => [
      await start(),
      await start({ adapter: 'fastify' }),
      await start({ revocationFallback: 'none' }),
    ];

    it('all refuse at once, and go on serving everybody else', async () => {
      const [a, b, c] = await startThree();
      const [ada, bob] = [clerk.signIn('ada'), clerk.signIn('bob')];
      for (const machine of machines) await passes(machine.get(ada.sessionToken), ada.userId);
      await a.sessions.revokeSession(ada.sessionId);
      await isRefused(a.get(ada.sessionToken), 'session_not_active');
      await Promise.all([b, c].map((machine) => machine.answers(401, ada.sessionToken)));
      for (const machine of machines) {
        await isRefused(machine.get(ada.sessionToken), 'session_not_active');
        await passes(machine.get(bob.sessionToken), bob.userId);
      }
    });

    it('one that was down meanwhile refuses at its first answer', async () => {
      const ada = clerk.signIn('ada');
      await (await start()).sessions.revokeSession(ada.sessionId);
      for (const adapter of ['express', 'fastify'] as const) {
        await isRefused((await start({ adapter })).get(ada.sessionToken), 'session_not_active');
      }
    });

    it('all sessions of a user end together', async () => {
      const [a, b, c] = await startThree();
      const [one, two, bob] = [clerk.signIn('carol'), clerk.signIn('carol'), clerk.signIn('bob')];
      await a.sessions.revokeSessions(one.userId);
      for (const { sessionToken } of [one, two]) {
        await Promise.all([b, c].map((machine) => machine.answers(401, sessionToken)));
        await isRefused(b.get(sessionToken), 'session_not_active');
      }
      await passes(b.get(bob.sessionToken), bob.userId);
    });

    it('tokens issued before a user was ended are refused, later ones pass', async () => {
      const [a, b, c] = await startThree();
      const ada = clerk.signIn('eve');
      const second = Math.floor(Date.now() / 1000);
      const mint = (iat: number): string => clerk.mint({ session: ada.sessionId, claims: { iat } });
      const [before, after] = [mint(second - 2), mint(second + 1)];
      await a.channel.publish([
        { kind: 'user_ended', userId: ada.userId, issuedUntil: second * 1000 },
      ]);
      await Promise.all(machines.map((machine) => machine.answers(401, before)));
      for (const machine of [a, b, c]) {
        await isRefused(machine.get(before), 'session_not_active');
        await passes(machine.get(after), ada.userId);
      }
    });

    it('a token that outlives what is remembered is confirmed with Clerk', async () => {
      const machine = await start();
      const ada = clerk.signIn('ada');
      const long = clerk.mint({ session: ada.sessionId, expiresIn: 3600 });
      await passes(machine.get(long), ada.userId);
      clerk.revoke(ada);
      await isRefused(machine.get(long), 'session_not_active');
    });

    it(
      'with ten thousand others at once, and so does one that boots after it',
      async () => {
        const [, b] = await startThree();
        const [a] = machines;
        const ada = clerk.signIn('ada');
        const others = Array.from({ length: 10_000 }, (_, at) => ended(`sess_o${String(at)}`));
        await a!.channel.publish([...others, ended(ada.sessionId)]);
        await b.answers(401, ada.sessionToken);
        await isRefused((await start()).get(ada.sessionToken), 'session_not_active');
      },
      PATIENCE,
    );

    describe.each(['cut', 'swallow'] as const)('where the network comes to %s', (weather) => {
      it(
        'one that is cut off goes on by the token’s word, or by nobody’s, and refuses as soon as it sees',
        async () => {
          const [a, token, none] = await startThree();
          const [ada, bob] = [clerk.signIn('ada'), clerk.signIn('bob')];
          const cutOff = [token, none];
          for (const { network } of cutOff) network[weather]();
          await a.sessions.revokeSession(ada.sessionId);
          await none.answers(503, ada.sessionToken);
          await isUnknowable(none.get(bob.sessionToken));
          await passes(token.get(ada.sessionToken), ada.userId);
          await isRefused(a.get(ada.sessionToken), 'session_not_active');

          for (const { network } of cutOff) network.pass();
          await Promise.all(cutOff.map((machine) => machine.answers(401, ada.sessionToken)));
          for (const machine of cutOff) {
            await isRefused(machine.get(ada.sessionToken), 'session_not_active');
            await machine.answers(200, bob.sessionToken);
          }
        },
        PATIENCE,
      );

      it(
        'who revokes is told that nobody else knows, and they will',
        async () => {
          const [a, b, c] = await startThree();
          const ada = clerk.signIn('ada');
          a.network[weather]();
          const revoking = a.sessions.revokeSession(ada.sessionId);
          await expect(revoking).rejects.toBeInstanceOf(AuthorityUnavailableException);
          // Revoked at Clerk, and here.
          expect(clerk.session(ada).status).toBe('revoked');
          await isRefused(a.get(ada.sessionToken), 'session_not_active');
          await passes(b.get(ada.sessionToken), ada.userId);

          a.network.pass();
          await Promise.all([b, c].map((machine) => machine.answers(401, ada.sessionToken)));
        },
        PATIENCE,
      );

      it(
        'one that boots there boots all the same, and sees once Redis is there',
        async () => {
          const ada = clerk.signIn('ada');
          await (await start()).sessions.revokeSession(ada.sessionId);
          const bob = clerk.signIn('bob');
          const networks = [await TcpProxy.to(server.port), await TcpProxy.to(server.port)];
          for (const network of networks) network[weather]();
          const token = await start({}, networks[0]);
          const none = await start({ revocationFallback: 'none' }, networks[1]);
          await passes(token.get(bob.sessionToken), bob.userId);
          await isUnknowable(none.get(bob.sessionToken));

          for (const network of networks) network.pass();
          for (const machine of [token, none]) {
            await machine.answers(200, bob.sessionToken);
            await machine.answers(401, ada.sessionToken);
          }
        },
        PATIENCE,
      );
    });

    it(
      'Redis comes back with nothing in it: who told tells again',
      async () => {
        const [a, b, c] = await startThree();
        const ada = clerk.signIn('ada');
        for (const { network } of [b, c]) network.cut();
        await a.sessions.revokeSession(ada.sessionId);
        await passes(b.get(ada.sessionToken), ada.userId);
        await server.down();
        await server.back();
        for (const { network } of [b, c]) network.pass();
        await Promise.all([b, c].map((machine) => machine.answers(401, ada.sessionToken)));
      },
      PATIENCE,
    );

    it(
      'a replica takes over that lacks the last notice: who told tells again',
      async () => {
        const replica = await RedisServer.start('--replicaof', '127.0.0.1', String(server.port));
        try {
          const [a, b, c] = await startThree();
          const [ada, bob] = [clerk.signIn('ada'), clerk.signIn('bob')];
          for (const { network } of [b, c]) network.cut();
          await replica.ask('REPLICAOF NO ONE');
          await a.sessions.revokeSession(ada.sessionId);
          for (const { network } of machines) network.lead(replica.port);
          for (const { network } of [b, c]) network.pass();
          await Promise.all([b, c].map((machine) => machine.answers(401, ada.sessionToken)));
          await b.answers(200, bob.sessionToken);
        } finally {
          await replica.stop();
        }
      },
      PATIENCE,
    );

    it(
      'Redis is emptied while it runs: who told tells again',
      async () => {
        const a = await start();
        const ada = clerk.signIn('ada');
        await a.sessions.revokeSession(ada.sessionId);
        await server.ask('FLUSHALL');
        const late = await start();
        await late.answers(401, ada.sessionToken);
      },
      PATIENCE,
    );

    it(
      'Redis is down while one revokes: with Redis back all refuse',
      async () => {
        const [a, b, c] = await startThree();
        const ada = clerk.signIn('ada');
        await server.down();
        const revoking = a.sessions.revokeSession(ada.sessionId);
        await expect(revoking).rejects.toBeInstanceOf(AuthorityUnavailableException);
        await isRefused(a.get(ada.sessionToken), 'session_not_active');
        await server.back();
        await Promise.all([b, c].map((machine) => machine.answers(401, ada.sessionToken)));
      },
      PATIENCE,
    );
  });
});
