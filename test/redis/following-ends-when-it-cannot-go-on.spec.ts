import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisRevocations } from 'nestjs-clerk-auth/redis';
import { until } from '../support/until.js';
import { CLIENTS, CLUSTERS, type HeldClient } from './support/clients.js';
import { ended, Following } from './support/following.js';
import { RedisServer } from './support/redis-server.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { withRedis } from './support/with-redis.js';

const HEARTBEAT = 50;
const TIMEOUT = 400;

/** Milliseconds that a machine may take to notice, with all that a busy computer adds. */
const NOTICED = HEARTBEAT + TIMEOUT + 1500;

const named = (reason: string) =>
  expect.objectContaining({ name: 'RedisFailure', reason }) as unknown;

withRedis('following', () => {
  let server: RedisServer;
  let direct: Redis;
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => {
    unhandled.push(error);
  };

  beforeAll(async () => {
    server = await RedisServer.start();
    direct = new Redis(server.port, '127.0.0.1');
    direct.on('error', () => undefined);
    process.on('unhandledRejection', note);
    process.on('uncaughtException', note);
  });

  afterAll(async () => {
    process.off('unhandledRejection', note);
    process.off('uncaughtException', note);
    direct.disconnect();
    await server.stop();
  });

  describe.each(Object.entries(CLIENTS))('with %s', (_name, make) => {
    let proxy: TcpProxy;
    let held: HeldClient;
    let channel: RedisRevocations;
    let following: Following;
    /** Those of the application's client. */
    let before: number;

    beforeEach(async () => {
      proxy = await TcpProxy.to(server.port);
      held = await make(proxy.port);
      channel = new RedisRevocations(held.client, { heartbeat: HEARTBEAT, timeout: TIMEOUT });
      await channel.publish([ended('sess_a')]);
      before = proxy.connections;
      following = new Following(channel);
      await following.sees();
    });

    afterEach(async () => {
      await following.abort();
      held.close();
      await proxy.stop();
      // Nothing of what happened may have gone past everybody.
      expect(unhandled.splice(0)).toEqual([]);
    });

    it('has one connection more, which is closed as soon as nobody listens', async () => {
      expect(proxy.connections).toBe(before + 1);
      await following.abort();
      expect(following.end).toBe(null);
      await until(() => proxy.connections === before);
      // The application's client goes on.
      await channel.publish([ended('sess_b')]);
    });

    it('rejects when its connection is cut', async () => {
      proxy.cut();
      await following.ended;
      expect(following.end).toMatchObject({ name: 'RedisFailure' });
      await until(() => proxy.connections === 0);
    });

    it('rejects when everything is swallowed, and hangs up', async () => {
      proxy.swallow();
      const began = performance.now();
      await following.ended;
      expect(performance.now() - began).toBeLessThan(NOTICED);
      expect(following.end).toEqual(named('TIMEOUT'));
      await until(() => proxy.connections <= before);
    });

    it('rejects when it begins where everything is swallowed, and hangs up', async () => {
      proxy.swallow();
      const late = new Following(channel);
      await late.ended;
      expect(late.end).toEqual(named('TIMEOUT'));
      await until(() => proxy.connections <= before);
    });

    it('ends at once when nobody listens, though everything is swallowed', async () => {
      proxy.swallow();
      const [own, late] = [following, new Following(channel)];
      await Promise.all([own.abort(), late.abort()]);
      expect([own.end, late.end]).toEqual([null, null]);
      await until(() => proxy.connections <= before);
      proxy.pass();
    });

    it('rejects when nobody is there to connect to, and opens nothing', async () => {
      proxy.cut();
      const late = new Following(channel);
      await late.ended;
      expect(late.end).toMatchObject({ name: 'RedisFailure' });
      await until(() => proxy.connections === 0);
    });

    it('opens nothing for one who has stopped listening before', async () => {
      const controller = new AbortController();
      controller.abort();
      const refuse = (): never => {
        throw new Error('Nobody listens.');
      };
      await channel.follow({
        since: 1000,
        signal: controller.signal,
        now: Date.now,
        heard: refuse,
        complete: refuse,
      });
      expect(proxy.connections).toBe(before + 1);
    });

    it('rejects when the stream is emptied: who told can tell again', async () => {
      await until(() => following.heard.length > 0);
      await direct.flushall();
      await following.ended;
      expect(following.end).toEqual(named('EMPTIED'));
    });

    it('rejects when its Redis becomes a copy, whose master may be told other things', async () => {
      await direct.replicaof('127.0.0.1', '1');
      await following.ended;
      // What waits is woken with an error of its own; what comes after it finds that nothing can be written.
      expect(following.end).toMatchObject({ name: 'RedisFailure' });
      const late = new Following(channel);
      await late.ended;
      await direct.replicaof('NO', 'ONE');
      expect(late.end).toEqual(named('READONLY'));
      expect(late.complete).toEqual([]);
    });
  });

  describe.each(Object.entries(CLUSTERS))('with a cluster of %s', (_name, make) => {
    let cluster: RedisServer;
    let held: HeldClient;
    let following: Following;

    beforeEach(async () => {
      cluster = await RedisServer.startCluster();
      held = await make(cluster.port);
      following = new Following(
        new RedisRevocations(held.client, { heartbeat: HEARTBEAT, timeout: TIMEOUT }),
      );
      await following.sees();
    });

    afterEach(async () => {
      await following.abort();
      held.close();
      await cluster.stop();
      expect(unhandled.splice(0)).toEqual([]);
    });

    it('ends for one who stops, and rejects when Redis is gone', async () => {
      const other = new Following(new RedisRevocations(held.client, { heartbeat: HEARTBEAT }));
      await other.sees();
      await other.abort();
      expect(other.end).toBe(null);
      await cluster.down();
      await following.ended;
      expect(following.end).toMatchObject({ name: 'RedisFailure' });
    });
  });
});
