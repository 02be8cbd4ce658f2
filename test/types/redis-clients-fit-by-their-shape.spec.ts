import { beforeAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { complaintsAbout } from '../contract/support/compile.js';
import { repository } from '../contract/support/repository.js';

const MINUTE = 60_000;

/** What an application writes that has this client. */
const IOREDIS = (pkg: string): string => `
import { Cluster, Redis } from '${pkg}';
import { RedisRevocations, RedisWebhookLedger } from 'nestjs-clerk-auth/redis';
const redis = new Redis();
const cluster = new Cluster([{ host: '127.0.0.1', port: 7000 }]);
export const all = [redis, cluster].map((client) => [new RedisRevocations(client), new RedisWebhookLedger(client)]);
export const alone = [new RedisRevocations(redis), new RedisWebhookLedger(cluster, { prefix: 'app:' })];
`;

const NODE_REDIS = (pkg: string): string => `
import { createClient, createCluster } from '${pkg}';
import { RedisRevocations, RedisWebhookLedger, type RedisClient } from 'nestjs-clerk-auth/redis';
const redis = createClient({ url: 'redis://127.0.0.1' });
const cluster = createCluster({ rootNodes: [{ url: 'redis://127.0.0.1:7000' }] });
export const clients: RedisClient[] = [redis, cluster];
export const all = [
  [new RedisRevocations(redis), new RedisWebhookLedger(redis)],
  [new RedisRevocations(cluster, { heartbeat: 500 }), new RedisWebhookLedger(cluster)],
];
`;

/** Lines that must not compile, with what the compiler says: others have no right to. */
const REFUSED = `
import { createClientPool, createSentinel, createClient } from 'redis';
import { RedisRevocations } from 'nestjs-clerk-auth/redis';
export const plain = new RedisRevocations(createClient());
export const pool = new RedisRevocations(createClientPool()); // no: is not assignable to parameter of type 'RedisClient'
export const sentinel = new RedisRevocations(createSentinel({ name: 'a', sentinelRootNodes: [] })); // no: is not assignable to parameter of type 'RedisClient'
export const text = new RedisRevocations('redis://127.0.0.1'); // no: is not assignable to parameter of type 'RedisClient'
export const option = new RedisRevocations(createClient(), { prefix: 'app:' }); // no: 'prefix' does not exist in type
`;

const CLIENTS: Readonly<Record<string, string>> = {
  'ioredis 6': IOREDIS('ioredis'),
  'ioredis 5': IOREDIS('ioredis-5'),
  iovalkey: IOREDIS('iovalkey'),
  'redis 6': NODE_REDIS('redis'),
  'redis 5': NODE_REDIS('redis-5'),
  'redis 4': NODE_REDIS('redis-4'),
};

let complaints: readonly {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}[];

const pathOf = (name: string): string => join(repository, 'test', 'types', `${name}.ts`);

beforeAll(() => {
  const sources = Object.entries({ ...CLIENTS, refused: REFUSED });
  complaints = complaintsAbout(new Map(sources.map(([name, code]) => [pathOf(name), code])));
}, MINUTE);

it.each(Object.keys(CLIENTS))('a client and a cluster of %s fit', (name) => {
  expect(complaints.filter(({ path }) => path === pathOf(name))).toEqual([]);
});

it('a pool, a sentinel of redis, a URL and an unknown option do not', () => {
  const told = complaints.filter(({ path }) => path === pathOf('refused'));
  const expected = REFUSED.split('\n').flatMap((line, at) => {
    const [, message] = line.split('// no: ');
    return message === undefined ? [] : [{ line: at + 1, message }];
  });
  expect(told.map(({ line }) => line)).toEqual(expected.map(({ line }) => line));
  for (const [at, { message }] of expected.entries()) expect(told[at]?.message).toContain(message);
});
