import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Cluster, Redis } from 'ioredis';
import { Redis as Redis5 } from 'ioredis-5';
import { Cluster as ValkeyCluster } from 'iovalkey';
import type { Notice } from 'nestjs-clerk-auth';
import { RedisRevocations } from 'nestjs-clerk-auth/redis';
import { BasicClientSideCache, createClient, createCluster, RESP_TYPES } from 'redis';
import { createClient as createClient4 } from 'redis-4';
import { until } from '../support/until.js';
import { ioredisHeld, nodeRedisHeld, type HeldClient } from './support/clients.js';
import { ended, Following } from './support/following.js';
import { RedisServer } from './support/redis-server.js';
import { withRedis } from './support/with-redis.js';

const HOST = '127.0.0.1';
const PASSWORD = 'hunter2';

/** Milliseconds: too short for a read that waits, and long enough for every other command. */
const SHORT = 60;

interface Server {
  readonly port: number;
  readonly clusterPort: number;
}

type Make = (server: Server) => HeldClient | Promise<HeldClient>;

const ioredis = (options: object, Client = Redis): Make => {
  return ({ port }) =>
    ioredisHeld(new Client({ port, host: HOST, password: PASSWORD, ...options }));
};
const redis = (options: object): Make => {
  return ({ port }) =>
    nodeRedisHeld(
      createClient({ url: `redis://:${PASSWORD}@${HOST}:${String(port)}`, ...options }),
      true,
    );
};

/** It ends the application's idle client, too, which without a strategy of its own would not come back. */
const IMPATIENT = { socketTimeout: SHORT, reconnectStrategy: () => 5 };

/** Each of them would end a read that waits, starve it, or change what it brings. */
const SETTINGS: Readonly<Record<string, Make>> = {
  'ioredis with commandTimeout': ioredis({ commandTimeout: SHORT }),
  'ioredis with socketTimeout': ioredis({ socketTimeout: SHORT }),
  'ioredis with blockingTimeout': ioredis({ blockingTimeout: SHORT, blockingTimeoutGrace: 0 }),
  'ioredis 5 with commandTimeout': ioredis({ commandTimeout: SHORT }, Redis5 as never),
  'ioredis with lazyConnect': ioredis({ lazyConnect: true }),
  'ioredis with lazyConnect and without queue': async (server) => {
    const client = new Redis({
      port: server.port,
      host: HOST,
      password: PASSWORD,
      lazyConnect: true,
      enableOfflineQueue: false,
    });
    await client.connect();
    return ioredisHeld(client);
  },
  'ioredis with automatic pipelines': ioredis({ enableAutoPipelining: true }),
  'ioredis with keyPrefix': ioredis({ keyPrefix: 'app:' }),
  'ioredis with another database': ioredis({ db: 3 }),
  'ioredis with RESP2': ioredis({ protocol: 2 }),
  'ioredis with RESP3': ioredis({ protocol: 3 }),
  'ioredis with few rights': ioredis({ username: 'few', password: PASSWORD }),
  'redis with few rights': async ({ port }) =>
    nodeRedisHeld(createClient({ url: `redis://few:${PASSWORD}@${HOST}:${String(port)}` }), true),
  'ioredis with numbers as text': ioredis({ stringNumbers: true }),
  'a cluster of ioredis with scaleReads': ({ clusterPort }) =>
    ioredisHeld(
      new Cluster([{ port: clusterPort, host: HOST }], {
        scaleReads: 'slave',
        enableAutoPipelining: true,
        redisOptions: { password: PASSWORD, commandTimeout: SHORT },
      }),
    ),
  'a cluster of iovalkey with a password': ({ clusterPort }) =>
    ioredisHeld(
      new ValkeyCluster([{ port: clusterPort, host: HOST }], {
        redisOptions: { password: PASSWORD, commandTimeout: SHORT },
      }),
    ),
  'redis with socketTimeout': redis({ socket: IMPATIENT }),
  'redis with pingInterval': redis({ pingInterval: 10 }),
  'redis without queue': redis({ disableOfflineQueue: true }),
  'redis with another database': redis({ database: 3 }),
  'redis with RESP2': redis({ RESP: 2 }),
  'redis with RESP3 as Maps': redis({
    RESP: 3,
    commandOptions: { typeMapping: { [RESP_TYPES.MAP]: Map } },
  }),
  'redis with answers as bytes': redis({
    commandOptions: {
      typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.SIMPLE_STRING]: Buffer },
    },
  }),
  'redis with a cache of its own': redis({ RESP: 3, clientSideCache: new BasicClientSideCache() }),
  'a cluster of redis with replicas': ({ clusterPort }) =>
    nodeRedisHeld(
      createCluster({
        rootNodes: [{ url: `redis://${HOST}:${String(clusterPort)}` }],
        useReplicas: true,
        defaults: { password: PASSWORD, socket: IMPATIENT },
      }),
      true,
    ),
  'redis 4 with a time-out': async ({ port }) =>
    nodeRedisHeld(
      createClient4({ url: `redis://:${PASSWORD}@${HOST}:${String(port)}`, pingInterval: 10 }),
      true,
    ),
};

withRedis('a machine hears through', () => {
  let server: RedisServer;
  let cluster: RedisServer;
  let held: HeldClient | undefined;

  beforeAll(async () => {
    server = await RedisServer.start();
    cluster = await RedisServer.startCluster();
    for (const { port } of [server, cluster]) {
      const direct = new Redis(port, HOST);
      const rights = ['+xadd', '+xread', '+time', '+info', '+@connection'];
      await direct.acl('SETUSER', 'few', 'on', `>${PASSWORD}`, '~*', ...rights);
      await direct.config('SET', 'requirepass', PASSWORD);
      direct.disconnect();
    }
  });

  afterEach(() => {
    held?.close();
    held = undefined;
  });

  afterAll(async () => {
    await server.stop();
    await cluster.stop();
  });

  describe.each(Object.entries(SETTINGS))('%s', (name, make) => {
    it('what is told long after it began to listen', async () => {
      held = await make({ port: server.port, clusterPort: cluster.port });
      const key = `settings:${name}`;
      // Longer than every time-out above, which has every chance.
      const channel = new RedisRevocations(held.client, { key, heartbeat: 4 * SHORT });
      const following = new Following(channel);
      await following.sees();
      await until(() => following.complete.length > 3 || following.end !== undefined);
      const told: Notice[] = [ended('sess_a'), ended('sess_b')];
      await channel.publish(told);
      await until(() => following.heard.length > 1 || following.end !== undefined);
      await following.abort();

      expect(following.end).toBe(null);
      expect(following.heard).toEqual(told);
    });
  });
});
