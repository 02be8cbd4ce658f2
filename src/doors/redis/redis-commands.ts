import { knownClient, type KnownClient } from './client-kind.js';
import type { RedisClient } from './redis-client.js';

/** Commands that concern one key, whichever client they go through. */
export interface RedisCommands {
  /** @param key the one that the command is about: a cluster finds its node by it */
  send(key: string, command: readonly [string, ...string[]]): Promise<unknown>;
}

/** The client of the application, as it is. */
export function commandsOf(client: RedisClient): RedisCommands {
  return commandsTo(knownClient(client));
}

export function commandsTo(known: KnownClient): RedisCommands {
  switch (known.kind) {
    case 'ioredis':
      // In small letters: ioredis knows by its name which command has a key, and where.
      return {
        send: (_key, [name, ...args]) => known.client.call(name.toLowerCase(), args),
      };
    case 'node-redis':
      return { send: (_key, command) => known.client.sendCommand([...command]) };
    case 'node-redis cluster':
      // Not read-only: with `useReplicas` a copy would answer, and copies lag.
      return { send: (key, command) => known.client.sendCommand(key, false, [...command]) };
    default:
      return known satisfies never;
  }
}
