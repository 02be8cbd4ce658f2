import { Cluster as Cluster6, Redis as Redis6 } from 'ioredis';
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis-5';
import { Cluster as ValkeyCluster, Redis as Valkey } from 'iovalkey';
import { createClient as createClient6, createCluster as createCluster6 } from 'redis';
import { createClient as createClient4, createCluster as createCluster4 } from 'redis-4';
import { createClient as createClient5, createCluster as createCluster5 } from 'redis-5';
import type { RedisClient } from 'nestjs-clerk-auth/redis';

/** A client that an application holds, and how it closes it. */
export interface HeldClient {
  readonly client: RedisClient;
  close(): void;
}

/** How an application makes its client. */
export type MakeClient = (port: number) => Promise<HeldClient>;

const HOST = '127.0.0.1';
const urlOf = (port: number): string => `redis://${HOST}:${String(port)}`;
const nothing = (): undefined => undefined;

interface AsIoRedis {
  on(event: 'error', listener: () => void): unknown;
  disconnect(): void;
}

interface AsNodeRedis {
  on(event: 'error', listener: () => void): unknown;
  connect(): Promise<unknown>;
  destroy?(): void;
  disconnect(): Promise<unknown>;
}

/** Applications listen to errors, and so do these. */
export function ioredisHeld(client: RedisClient & AsIoRedis): HeldClient {
  client.on('error', nothing);
  return {
    client,
    close: () => {
      client.disconnect();
    },
  };
}

/** @param mustConnect else it goes on trying by itself, as where Redis is away when the application starts */
export async function nodeRedisHeld(
  client: RedisClient & AsNodeRedis,
  mustConnect = false,
): Promise<HeldClient> {
  client.on('error', nothing);
  const connected = client.connect();
  if (mustConnect) await connected;
  else connected.catch(nothing);
  return {
    client,
    close: () => {
      try {
        if (client.destroy === undefined) client.disconnect().catch(nothing);
        else client.destroy();
      } catch {
        // It was closed.
      }
    },
  };
}

const node = (port: number) => ({ host: HOST, port });
const roots = (port: number) => ({ rootNodes: [{ url: urlOf(port) }] });

/** The newest of both kinds, with which everything is tried. */
export const NEWEST = {
  'ioredis 6': async (port) => ioredisHeld(new Redis6(port, HOST)),
  'redis 6': (port) => nodeRedisHeld(createClient6({ url: urlOf(port) })),
} satisfies Record<string, MakeClient>;

/** Whatever fits. */
export const CLIENTS: Readonly<Record<string, MakeClient>> = {
  ...NEWEST,
  'ioredis 5': async (port) => ioredisHeld(new Redis5(port, HOST)),
  iovalkey: async (port) => ioredisHeld(new Valkey(port, HOST)),
  'redis 5': (port) => nodeRedisHeld(createClient5({ url: urlOf(port) })),
  'redis 4': (port) => nodeRedisHeld(createClient4({ url: urlOf(port) })),
};

/** The same for clusters. */
export const CLUSTERS: Readonly<Record<string, MakeClient>> = {
  'ioredis 6': async (port) => ioredisHeld(new Cluster6([node(port)])),
  'ioredis 5': async (port) => ioredisHeld(new Cluster5([node(port)])),
  iovalkey: async (port) => ioredisHeld(new ValkeyCluster([node(port)])),
  'redis 6': (port) => nodeRedisHeld(createCluster6(roots(port)), true),
  'redis 5': (port) => nodeRedisHeld(createCluster5(roots(port)), true),
  'redis 4': (port) => nodeRedisHeld(createCluster4(roots(port)), true),
};
