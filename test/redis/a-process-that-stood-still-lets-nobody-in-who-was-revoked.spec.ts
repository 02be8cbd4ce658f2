import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { NEWEST } from './support/clients.js';
import { ForkedMachine } from './support/forked-machine.js';
import { Machine } from './support/machines.js';
import { RedisServer } from './support/redis-server.js';
import { withRedis } from './support/with-redis.js';

/** Longer than a machine trusts what it heard last. */
const LONG = 3500;

const PATIENCE = 60_000;

type ClientName = keyof typeof NEWEST;

withRedis('a process that stood still for over three seconds', () => {
  let clerk: LocalClerk;
  let server: RedisServer;
  let forked: ForkedMachine | undefined;
  let machine: Machine | undefined;

  beforeAll(async () => {
    [clerk, server] = await Promise.all([LocalClerk.start(), RedisServer.start()]);
  });

  afterEach(async () => {
    await Promise.all([forked?.stop(), machine?.stop()]);
    [forked, machine] = [undefined, undefined];
  });

  afterAll(async () => {
    await Promise.all([clerk.stop(), server.stop()]);
  });

  describe.each(Object.keys(NEWEST) as ClientName[])('with %s', (client) => {
    it(
      'answers 401 to the request that waited for it, and 200 to whom nobody revoked',
      async () => {
        const [ada, bob] = [clerk.signIn('ada'), clerk.signIn('bob')];
        machine = await Machine.start({ clerk, port: server.port, make: NEWEST[client] });
        const { port } = server;
        const options = { ...clerk.options(), jwtKey: clerk.jwtKey };
        forked = await ForkedMachine.start({ port, client, clerk: options });
        const url = `http://127.0.0.1:${String(forked.port)}/me`;
        const ask = (token: string): Promise<number> =>
          fetch(url, { headers: { authorization: `Bearer ${token}` } }).then(
            ({ status }) => status,
          );
        expect(await ask(ada.sessionToken)).toBe(200);

        forked.halt();
        await machine.sessions.revokeSession(ada.sessionId);
        const asked = [ask(ada.sessionToken), ask(bob.sessionToken)];
        await pause(LONG);
        forked.goOn();
        expect(await Promise.all(asked)).toEqual([401, 200]);
      },
      PATIENCE,
    );
  });
});
