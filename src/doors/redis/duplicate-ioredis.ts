import type { IoRedisClient } from './redis-client.js';

interface Duplicated extends IoRedisClient {
  on(event: 'error', listener: () => void): unknown;
  disconnect(): void;
}

/** What is used of the client besides what its type says, all of it public there. */
interface Duplicating {
  readonly options: { readonly redisOptions?: object };
  duplicate(override: object): Duplicated;
  duplicate(nodes: undefined, override: object): Duplicated;
}

/** A client of the same kind that reads from the master, waits as long as it is told, and gives up with its connection. */
export function duplicateIoRedis(
  client: IoRedisClient,
  timeout: number,
): { client: IoRedisClient; close: () => void } {
  const duplicate = client.isCluster
    ? duplicateCluster(client as IoRedisClient & Duplicating, timeout)
    : (client as IoRedisClient & Duplicating).duplicate(overrides(timeout));
  // Without one, ioredis writes what happened to the console.
  duplicate.on('error', () => undefined);
  return {
    client: duplicate,
    close: () => {
      duplicate.disconnect();
    },
  };
}

function duplicateCluster(client: Duplicating, timeout: number): Duplicated {
  return client.duplicate(undefined, {
    clusterRetryStrategy: giveUp,
    enableOfflineQueue: true,
    enableAutoPipelining: false,
    lazyConnect: false,
    scaleReads: 'master',
    slotsRefreshTimeout: timeout,
    // Some versions replace them instead of merging: the password would be gone.
    redisOptions: { ...client.options.redisOptions, ...overrides(timeout) },
  });
}

function overrides(timeout: number) {
  return {
    // These three end a read that waits.
    commandTimeout: undefined,
    socketTimeout: undefined,
    blockingTimeout: undefined,
    connectTimeout: timeout,
    disconnectTimeout: timeout,
    // The first command waits for the connection, however the application has it.
    enableOfflineQueue: true,
    lazyConnect: false,
    enableAutoPipelining: false,
    readOnly: false,
    monitor: false,
    retryStrategy: giveUp,
    reconnectOnError: null,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: null,
  };
}

const giveUp = (): null => null;
