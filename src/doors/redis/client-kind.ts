import { ConfigurationError } from '../../errors/configuration-error.js';
import type {
  IoRedisClient,
  NodeRedisClient,
  NodeRedisCluster,
  RedisClient,
} from './redis-client.js';

/** A client, and how it wants to be spoken to. */
export type KnownClient =
  | { readonly kind: 'ioredis'; readonly client: IoRedisClient }
  | { readonly kind: 'node-redis'; readonly client: NodeRedisClient }
  | { readonly kind: 'node-redis cluster'; readonly client: NodeRedisCluster };

/** Tells by shape, since a client can come from any version, fork or copy of its package. */
export function knownClient(client: RedisClient): KnownClient {
  if (!isObject(client) || !isFunction(client, 'duplicate')) throw unknownClient();
  if (isFunction(client, 'call')) return { kind: 'ioredis', client: client as IoRedisClient };
  // node-redis's sentinel has a sendCommand of its own, which wants something else in the first place.
  if (!isFunction(client, 'sendCommand') || 'getMasterNode' in client) throw unknownClient();
  if ('slots' in client) {
    return { kind: 'node-redis cluster', client };
  }
  if (isLegacy(client)) throw legacyClient();
  return { kind: 'node-redis', client: client as NodeRedisClient };
}

export function isCluster(known: KnownClient): boolean {
  return known.kind === 'ioredis' ? known.client.isCluster : known.kind === 'node-redis cluster';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isFunction(client: object, name: string): boolean {
  return typeof (client as Readonly<Record<string, unknown>>)[name] === 'function';
}

/** In the legacy mode of redis 4 commands answer to callbacks: what nobody heard would count as told. */
function isLegacy(client: object): boolean {
  const { options } = client as { readonly options?: { readonly legacyMode?: unknown } };
  return options?.legacyMode === true;
}

function unknownClient(): ConfigurationError {
  return new ConfigurationError([
    'What was given as a Redis client is none that is known. ' +
      'Give a client or a cluster of ioredis, iovalkey or redis (no pool, no sentinel of redis).',
  ]);
}

function legacyClient(): ConfigurationError {
  return new ConfigurationError([
    'The Redis client is in legacyMode, in which nobody can wait for an answer. Give `client.v4`, or make one without it.',
  ]);
}
