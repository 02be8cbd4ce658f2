import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisWebhookLedger } from 'nestjs-clerk-auth/redis';
import { createClient, RESP_TYPES } from 'redis';
import {
  CLIENTS,
  CLUSTERS,
  nodeRedisHeld,
  type HeldClient,
  type MakeClient,
} from './support/clients.js';
import { RedisServer } from './support/redis-server.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { withRedis } from './support/with-redis.js';

const KEY = 'msg_1/AppModule.UserSync.save';
const LEASE = 120_000;

const AS_BYTES: MakeClient = (port) =>
  nodeRedisHeld(
    createClient({
      url: `redis://127.0.0.1:${String(port)}`,
      commandOptions: {
        typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.SIMPLE_STRING]: Buffer },
      },
    }),
  );

withRedis('a ledger in Redis', () => {
  let server: RedisServer;
  let cluster: RedisServer;

  beforeAll(async () => {
    server = await RedisServer.start();
    cluster = await RedisServer.startCluster();
  });

  afterAll(async () => {
    await server.stop();
    await cluster.stop();
  });

  describe.each([
    ...Object.entries(CLIENTS).map(([name, make]) => ({ name, make, of: () => server })),
    { name: 'redis 6 with answers as bytes', make: AS_BYTES, of: () => server },
    ...Object.entries(CLUSTERS).map(([name, make]) => ({
      name: `a cluster of ${name}`,
      make,
      of: () => cluster,
    })),
  ])('with $name', ({ make, of }) => {
    let held: HeldClient;
    let ledger: RedisWebhookLedger;

    beforeEach(async () => {
      await of().ask('FLUSHALL');
      held = await make(of().port);
      ledger = new RedisWebhookLedger(held.client);
    });

    afterEach(() => {
      held.close();
    });

    it('one of many claims it, and it is done for all', async () => {
      const owners = Array.from({ length: 20 }, (_, at) => `owner-${String(at)}`);
      const claims = await Promise.all(owners.map((owner) => ledger.claim(KEY, owner, LEASE)));
      expect(claims.toSorted()).toEqual([...Array<string>(19).fill('busy'), 'claimed']);
      await ledger.complete(KEY, LEASE);
      expect(await ledger.claim(KEY, 'late', LEASE)).toBe('done');
      expect(await ledger.claim(`${KEY}Other`, 'late', LEASE)).toBe('claimed');
    });

    it('who releases it lets the next one claim it; nobody releases what is another’s or done', async () => {
      expect(await ledger.claim(KEY, 'a', LEASE)).toBe('claimed');
      await ledger.release(KEY, 'b');
      expect(await ledger.claim(KEY, 'b', LEASE)).toBe('busy');
      await ledger.release(KEY, 'a');
      expect(await ledger.claim(KEY, 'b', LEASE)).toBe('claimed');
      await ledger.complete(KEY, LEASE);
      await ledger.release(KEY, 'b');
      expect(await ledger.claim(KEY, 'c', LEASE)).toBe('done');
    });

    it('a lease ends by itself, and so does what is remembered', async () => {
      expect(await ledger.claim(KEY, 'crashed', 40)).toBe('claimed');
      let claim = await ledger.claim(KEY, 'b', LEASE);
      while (claim === 'busy') claim = await ledger.claim(KEY, 'b', LEASE);
      expect(claim).toBe('claimed');
      await ledger.complete(KEY, 40);
      claim = await ledger.claim(KEY, 'c', LEASE);
      while (claim === 'done') claim = await ledger.claim(KEY, 'c', LEASE);
      expect(claim).toBe('claimed');
    });

    it('an owner named like the word for done does not make it done', async () => {
      expect(await ledger.claim(KEY, 'done', LEASE)).toBe('claimed');
      expect(await ledger.claim(KEY, 'b', LEASE)).toBe('busy');
    });

    it('who asks twice meets its own claim', async () => {
      expect(await ledger.claim(KEY, 'a', LEASE)).toBe('claimed');
      expect(await ledger.claim(KEY, 'a', LEASE)).toBe('claimed');
    });
  });

  describe.each(Object.entries(CLIENTS))('with %s', (_name, make) => {
    let proxy: TcpProxy;
    let held: HeldClient;
    let direct: Redis;

    beforeEach(async () => {
      await server.ask('FLUSHALL');
      proxy = await TcpProxy.to(server.port);
      held = await make(proxy.port);
      direct = new Redis(server.port, '127.0.0.1');
    });

    afterEach(async () => {
      held.close();
      direct.disconnect();
      await proxy.stop();
    });

    it('rejects in time where Redis hangs, and leaves no claim behind that nobody holds', async () => {
      const hanging = new RedisWebhookLedger(held.client, { timeout: 400 });
      await hanging.complete('msg_0/x', LEASE);
      proxy.swallow();
      const failure = { name: 'RedisFailure', reason: 'TIMEOUT' };
      await expect(hanging.claim(KEY, 'a', LEASE)).rejects.toMatchObject(failure);
      await expect(hanging.complete('msg_2/x', LEASE)).rejects.toMatchObject(failure);
      await expect(hanging.release('msg_0/x', 'a')).rejects.toMatchObject(failure);

      // Redis gets it all now, late.
      proxy.pass();
      const others = new RedisWebhookLedger(direct);
      const ends = performance.now() + 5000;
      let claim = await others.claim(KEY, 'b', LEASE);
      while (claim !== 'claimed' && performance.now() < ends) {
        claim = await others.claim(KEY, 'b', LEASE);
      }
      expect(claim).toBe('claimed');
    });
  });

  it('keeps its keys together, under a prefix of the application’s choice', async () => {
    await server.ask('FLUSHALL');
    const direct = new Redis(server.port, '127.0.0.1', { keyPrefix: 'outer:' });
    await new RedisWebhookLedger(direct).claim(KEY, 'a', LEASE);
    const own = new RedisWebhookLedger(direct, { prefix: 'mine:' });
    await own.claim(KEY, 'a', LEASE);
    expect((await direct.keys('*')).sort()).toEqual([
      `outer:mine:${KEY}`,
      `outer:nestjs-clerk-auth:webhooks:${KEY}`,
    ]);
    const left = await direct.pttl(`mine:${KEY}`);
    expect(left).toBeGreaterThan(LEASE - 30_000);
    expect(left).toBeLessThanOrEqual(LEASE);
    await own.release(KEY, 'a');
    expect(await direct.exists(`mine:${KEY}`)).toBe(0);
    direct.disconnect();
  });
});
