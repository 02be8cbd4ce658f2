import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Notice } from 'nestjs-clerk-auth';
import { RedisRevocations, type RedisRevocationsOptions } from 'nestjs-clerk-auth/redis';
import { until } from '../support/until.js';
import { CLIENTS, CLUSTERS, type HeldClient, type MakeClient } from './support/clients.js';
import { ended, Following } from './support/following.js';
import { RedisServer } from './support/redis-server.js';
import { withRedis } from './support/with-redis.js';

const OF_ALL_KINDS: Notice[] = [
  ended('sess_a'),
  { kind: 'user_ended', userId: 'user_a', issuedUntil: 1_700_000_000_000 },
  { kind: 'user_changed', userId: 'user_b' },
];

withRedis('through Redis', () => {
  let server: RedisServer;
  let cluster: RedisServer;
  let direct: Redis;
  const held: HeldClient[] = [];
  const followed: Following[] = [];
  let names = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
    cluster = await RedisServer.startCluster();
    direct = new Redis(server.port, '127.0.0.1');
  });

  afterEach(async () => {
    await Promise.all(followed.splice(0).map((following) => following.abort()));
    for (const { close } of held.splice(0)) close();
    await direct.flushall();
  });

  afterAll(async () => {
    direct.disconnect();
    await server.stop();
    await cluster.stop();
  });

  /** A machine with a client of its own. */
  async function machine(
    make: MakeClient,
    port: number,
    options: RedisRevocationsOptions = {},
  ): Promise<RedisRevocations> {
    const one = await make(port);
    held.push(one);
    return new RedisRevocations(one.client, { heartbeat: 50, ...options });
  }

  function follow(channel: RedisRevocations, since?: number): Following {
    const following = new Following(channel, since);
    followed.push(following);
    return following;
  }

  const keyOfOwn = (): string => `test:${String((names += 1))}`;

  describe.each([
    ...Object.entries(CLIENTS).map(([name, make]) => ({ name, make, of: () => server })),
    ...Object.entries(CLUSTERS).map(([name, make]) => ({
      name: `a cluster of ${name}`,
      make,
      of: () => cluster,
    })),
  ])('with $name', ({ make, of }) => {
    it('a notice of each kind, by who listens and by who comes later', async () => {
      const key = keyOfOwn();
      const [a, b] = [
        await machine(make, of().port, { key }),
        await machine(make, of().port, { key }),
      ];
      const listening = follow(b);
      await listening.sees();

      await a.publish(OF_ALL_KINDS);
      await until(() => listening.heard.length === 3);
      const later = follow(await machine(make, of().port, { key }));
      await later.sees();

      expect(listening.heard).toEqual(OF_ALL_KINDS);
      expect(later.heard).toEqual(OF_ALL_KINDS);
    });

    it('thousands at once, in order and none twice', async () => {
      const key = keyOfOwn();
      // However slow the machine is that runs this: what is promised here is order.
      const channel = await machine(make, of().port, { key, timeout: 10_000 });
      const listening = follow(channel);
      await listening.sees();
      const told = Array.from({ length: 30_000 }, (_, at) => `sess_${String(at)}`);

      await channel.publish(told.map(ended));
      await until(() => listening.heard.length >= told.length);
      const later = follow(channel);
      await later.sees();

      expect(listening.sessions).toEqual(told);
      expect(later.sessions).toEqual(told);
    });
  });

  const make = CLIENTS['ioredis 6']!;

  it('what is older than what is asked for is not handed on', async () => {
    const channel = await machine(make, server.port, { key: 'old' });
    const [seconds = 0] = await direct.time();
    await direct.xadd(
      'old',
      `${String(seconds * 1000 - 60_000)}-0`,
      'notices',
      '[{"kind":"session_ended","sessionId":"sess_old"}]',
    );
    await channel.publish([ended('sess_young')]);
    const [short, long] = [follow(channel, 30_000), follow(channel, 90_000)];
    await Promise.all([short.sees(), long.sees()]);

    expect(short.sessions).toEqual(['sess_young']);
    expect(long.sessions).toEqual(['sess_old', 'sess_young']);
  });

  it('what is no notice is passed over, and what comes after it is heard', async () => {
    const channel = await machine(make, server.port, { key: 'mixed' });
    const foreign: string[][] = [
      ['notices', 'no JSON'],
      ['notices', '{"kind":"session_ended","sessionId":"sess_a"}'],
      [
        'notices',
        '[null,5,[],{"kind":"session_ended"},{"kind":"session_opened","sessionId":"sess_a"}]',
      ],
      ['notices', '[{"kind":"session_ended","sessionId":"no session"}]'],
      ['notices', `["${'x'.repeat(100_000)}"]`],
      ['other', '[{"kind":"session_ended","sessionId":"sess_b"}]'],
      ['__proto__', '{}'],
    ];
    for (const fields of foreign) await direct.xadd('mixed', '*', ...fields);
    await channel.publish([ended('sess_c')]);
    const listening = follow(channel);
    await listening.sees();

    expect(listening.heard).toEqual([ended('sess_c')]);
  });

  it('two applications on one Redis hear only of their own', async () => {
    const [a, b] = [await machine(make, server.port), await machine(make, server.port)];
    a.open('clerk.a.example');
    b.open('clerk.b.example');
    const [ofA, ofB] = [follow(a), follow(b)];
    await a.publish([ended('sess_a')]);
    await b.publish([ended('sess_b')]);
    await until(() => ofA.heard.length + ofB.heard.length === 2);

    expect([ofA.sessions, ofB.sessions]).toEqual([['sess_a'], ['sess_b']]);
    expect((await direct.keys('*')).sort()).toEqual([
      'nestjs-clerk-auth:clerk.a.example:notices',
      'nestjs-clerk-auth:clerk.b.example:notices',
    ]);
  });

  it('one RedisRevocations refuses a second Clerk instance', async () => {
    const channel = await machine(make, server.port);
    channel.open('clerk.a.example');
    channel.open('clerk.a.example');
    expect(() => {
      channel.open('clerk.b.example');
    }).toThrow(/serves one Clerk instance/);
  });

  it('nothing to tell is told at once, and writes nothing', async () => {
    const channel = await machine(make, server.port);
    await channel.publish([]);
    expect(await direct.dbsize()).toBe(0);
  });

  it('what is seen to be complete is never later than the read was sent', async () => {
    const channel = await machine(make, server.port);
    const before = Date.now();
    const listening = follow(channel);
    await listening.sees();
    await until(() => listening.complete.length > 3);
    const sorted = listening.complete.toSorted((one, other) => one - other);

    expect(listening.complete).toEqual(sorted);
    expect(sorted[0]).toBeGreaterThanOrEqual(before);
    // The last of them came with a heartbeat: it was sent that much earlier.
    const at = Date.now();
    const known = listening.complete.at(-1)!;
    await until(() => listening.complete.at(-1)! > known);
    expect(listening.complete.at(-1)!).toBeLessThanOrEqual(at);
  });

  it('what nobody asks for any more leaves the stream', async () => {
    const channel = await machine(make, server.port, { key: 'trimmed' });
    const [seconds = 0] = await direct.time();
    for (let at = 0; at < 1000; at += 1) {
      await direct.xadd('trimmed', `${String(seconds * 1000 - 7_200_000 + at)}-0`, 'notices', '[]');
    }
    const listening = follow(channel);
    await channel.publish([ended('sess_a')]);
    await until(() => listening.heard.length === 1);
    await listening.sees();

    expect(await direct.xlen('trimmed')).toBeLessThan(500);
  });
});
