import type { KnownClient } from './client-kind.js';
import type { NodeRedisClient, NodeRedisCluster } from './redis-client.js';
import { commandsTo, type RedisCommands } from './redis-commands.js';

type Known = Exclude<KnownClient, { kind: 'ioredis' }>;

interface Duplicated {
  on(event: 'error' | 'connect', listener: () => void): unknown;
  connect(): Promise<unknown>;
  /** Since version 5. */
  destroy?(): void;
  disconnect(): Promise<unknown>;
}

/** What is used of the client besides what its type says. Version 4 hides the options of its clusters. */
interface Duplicating {
  readonly options?: { readonly socket?: object };
  readonly _options?: { readonly defaults?: { readonly socket?: object } };
  duplicate(override: object): Duplicated;
}

export interface NodeRedisDuplicate {
  readonly commands: RedisCommands;
  readonly connected: Promise<unknown>;
  readonly close: () => void;
}

/** A client of the same kind, connecting, which gives up with its connection. */
export function duplicateNodeRedis(known: Known, timeout: number): NodeRedisDuplicate {
  const duplicate = duplicateOf(known, timeout);
  // Without a listener an `error` ends the process.
  duplicate.on('error', () => undefined);
  const connected = duplicate.connect();
  return {
    commands: commandsTo({ ...known, client: duplicate } as unknown as Known),
    connected,
    close: closing(known.kind, duplicate, connected),
  };
}

/**
 * A client that is closed while its socket connects forgets the socket, which then lives on: it is closed once it has
 * connected. Clusters do not tell; they are closed at once, and again.
 */
function closing(kind: Known['kind'], duplicate: Duplicated, connected: Promise<unknown>) {
  let isClosing = false;
  let hasSocket = kind === 'node-redis cluster';
  const close = (): void => {
    end(duplicate);
  };
  const settled = (): void => {
    hasSocket = true;
    if (isClosing) close();
  };
  // Version 4 loses track of its first commands when it is closed while it tells.
  duplicate.on('connect', () => setImmediate(settled));
  connected.then(settled, settled);
  return (): void => {
    isClosing = true;
    if (hasSocket) close();
  };
}

/** To close what is closed is an error in most versions, thrown or rejected. */
function end(duplicate: Duplicated): void {
  try {
    if (duplicate.destroy === undefined) duplicate.disconnect().catch(() => undefined);
    else duplicate.destroy();
  } catch {
    // It was closed.
  }
}

function duplicateOf({ kind, client }: Known, timeout: number): Duplicated {
  const original = client as (NodeRedisClient | NodeRedisCluster) & Duplicating;
  if (kind === 'node-redis') return original.duplicate(overrides(original.options, timeout));
  const defaults = original._options?.defaults;
  return original.duplicate({
    useReplicas: false,
    commandOptions: {},
    ...(defaults === undefined
      ? {}
      : { defaults: { ...defaults, ...overrides(defaults, timeout) } }),
  });
}

function overrides(options: { readonly socket?: object } | undefined, timeout: number): object {
  return {
    socket: {
      ...options?.socket,
      connectTimeout: timeout,
      // It ends a read that waits.
      socketTimeout: undefined,
      // An error, for `false` is younger than version 4.
      reconnectStrategy: () => new Error('The connection is gone.'),
    },
    // Whatever the application maps answers to, here they are text.
    commandOptions: {},
    disableOfflineQueue: false,
    readonly: false,
    pingInterval: undefined,
    // The cache would be shared, and emptied with this connection.
    clientSideCache: undefined,
    emitInvalidate: false,
  };
}
