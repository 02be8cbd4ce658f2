import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import { ConfigurationError } from 'nestjs-clerk-auth';
import { RedisRevocations, RedisWebhookLedger } from 'nestjs-clerk-auth/redis';
import { createClient, createClientPool, createSentinel } from 'redis';
import { createClient as createClient4 } from 'redis-4';
import { until } from '../support/until.js';
import { CLIENTS, ioredisHeld, type HeldClient } from './support/clients.js';
import { ended, Following } from './support/following.js';
import { RedisServer } from './support/redis-server.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { withRedis } from './support/with-redis.js';

const TIMEOUT = 400;

withRedis('telling', () => {
  let server: RedisServer;
  let direct: Redis;

  beforeEach(async () => {
    server = await RedisServer.start();
    direct = new Redis(server.port, '127.0.0.1');
    direct.on('error', () => undefined);
  });

  afterEach(async () => {
    direct.disconnect();
    await server.stop();
  });

  describe.each(Object.entries(CLIENTS))('with %s', (_name, make) => {
    let proxy: TcpProxy;
    let held: HeldClient;
    let channel: RedisRevocations;

    beforeEach(async () => {
      proxy = await TcpProxy.to(server.port);
      held = await make(proxy.port);
      channel = new RedisRevocations(held.client, { timeout: TIMEOUT, heartbeat: 50 });
      await channel.publish([ended('sess_first')]);
    });

    afterEach(async () => {
      held.close();
      await proxy.stop();
    });

    it('rejects in time where nothing answers, and is heard later all the same', async () => {
      proxy.swallow();
      const began = performance.now();
      await expect(channel.publish([ended('sess_a')])).rejects.toMatchObject({
        name: 'RedisFailure',
        reason: 'TIMEOUT',
        message: 'Redis: telling of ended sessions failed (TIMEOUT).',
      });
      expect(performance.now() - began).toBeLessThan(TIMEOUT + 1500);
      proxy.pass();
      const following = new Following(channel);
      await until(() => following.sessions.includes('sess_a'));
      await following.abort();
    });

    it('rejects in time where nobody is there', async () => {
      proxy.cut();
      await expect(channel.publish([ended('sess_a')])).rejects.toMatchObject({
        name: 'RedisFailure',
      });
    });

    it('rejects where Redis is a copy, and where its memory is full', async () => {
      await direct.replicaof('127.0.0.1', '1');
      await expect(channel.publish([ended('sess_a')])).rejects.toMatchObject({
        reason: 'READONLY',
      });
      await direct.replicaof('NO', 'ONE');
      await direct.config('SET', 'maxmemory', '1');
      await expect(channel.publish([ended('sess_a')])).rejects.toMatchObject({ reason: 'OOM' });
      await direct.config('SET', 'maxmemory', '0');
      await expect(channel.publish([ended('sess_a')])).resolves.toBeUndefined();
    });

    it('rejects where the key is something else, all of many at once', async () => {
      await direct.set('taken', 'by a text');
      const other = new RedisRevocations(held.client, { key: 'taken' });
      const many = Array.from({ length: 20_000 }, (_, at) => ended(`sess_${String(at)}`));
      await expect(other.publish(many)).rejects.toMatchObject({ reason: 'WRONGTYPE' });
    });
  });

  it('says nothing of addresses, passwords or what was told', async () => {
    await direct.config('SET', 'requirepass', 'hunter2');
    const held = ioredisHeld(
      new Redis({
        port: server.port,
        host: '127.0.0.1',
        password: 'hunter3',
        username: 'somebody',
      }),
    );
    const channel = new RedisRevocations(held.client, { timeout: TIMEOUT });
    const following = new Following(channel);
    const told: unknown = await channel.publish([ended('sess_a')]).catch((error: unknown) => error);
    await following.ended;
    held.close();

    for (const error of [told, following.end]) {
      const printed = inspect(error, { depth: 9, showHidden: true });
      expect(printed).toMatch(/^RedisFailure: Redis: /);
      expect(printed).not.toMatch(/hunter|somebody|sess_a|127\.0\.0\.1/);
    }
  });
});

describe('a constructor', () => {
  const client = new Redis({ lazyConnect: true });

  it.each([
    ['nothing', undefined],
    ['a URL', 'redis://127.0.0.1'],
    ['some object', { duplicate: () => undefined }],
    ['a pool of redis', createClientPool()],
    ['a sentinel of redis', createSentinel({ name: 'a', sentinelRootNodes: [] })],
    ['redis 4 in its legacy mode', createClient4({ legacyMode: true })],
  ])('refuses %s', (_what, given) => {
    expect(() => new RedisRevocations(given as never)).toThrow(ConfigurationError);
    expect(() => new RedisWebhookLedger(given as never)).toThrow(ConfigurationError);
  });

  it.each([
    { heartbeat: 0 },
    { heartbeat: 1001 },
    { heartbeat: 20.5 },
    { heartbeat: '50' as never },
    { timeout: 5 },
    { timeout: Number.NaN },
    { timeout: 60_000 },
    { key: '' },
    { key: 5 as never },
  ])('refuses $heartbeat $timeout $key', (options) => {
    expect(() => new RedisRevocations(client, options)).toThrow(ConfigurationError);
  });

  it('names all that is wrong at once', () => {
    expect(() => new RedisRevocations(client, { heartbeat: 0, timeout: 0, key: '' })).toThrow(
      /heartbeat must be.* 10 to 1000.*[\s\S]*timeout must be.* 10 to 10000.*[\s\S]*key must be/,
    );
    expect(() => new RedisWebhookLedger(client, { timeout: 0, prefix: '' })).toThrow(
      /timeout must be[\s\S]*prefix must be/,
    );
  });

  it('takes every client that is known, connected or not', () => {
    expect(() => [
      new RedisRevocations(client, { heartbeat: 10, timeout: 10_000, key: 'k' }),
      new RedisRevocations(createClient()),
      new RedisWebhookLedger(createClient4(), { prefix: 'app:', timeout: 10 }),
    ]).not.toThrow();
  });
});
