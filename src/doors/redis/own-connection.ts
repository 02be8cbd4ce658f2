import type { KnownClient } from './client-kind.js';
import { duplicateIoRedis } from './duplicate-ioredis.js';
import { duplicateNodeRedis } from './duplicate-node-redis.js';
import { commandsTo, type RedisCommands } from './redis-commands.js';

/** A connection that nobody else uses, since a blocking read would hold up everything behind it. */
export interface OwnConnection extends RedisCommands {
  /** Ends it at once, with all that was asked on it. */
  close(): void;
}

/**
 * As the application's client connects, with the same address and credentials. It never connects anew: whoever lost it
 * asks for another, and reads again from where it was.
 *
 * @param timeout for connecting, in milliseconds
 */
export function openConnection(known: KnownClient, timeout: number): OwnConnection {
  if (known.kind === 'ioredis') {
    const { client, close } = duplicateIoRedis(known.client, timeout);
    return { ...commandsTo({ kind: known.kind, client }), close };
  }
  const { connected, commands, close } = duplicateNodeRedis(known, timeout);
  return {
    send: async (key, command) => {
      await connected;
      return commands.send(key, command);
    },
    close,
  };
}
