import { ConfigurationError } from '../../errors/configuration-error.js';
import type { Notice } from '../../revocation/notice.js';
import { RevocationChannel, type RevocationListener } from '../../revocation/revocation-channel.js';
import { checkOptions, TIMEOUT } from './checked-options.js';
import { isCluster, knownClient, type KnownClient } from './client-kind.js';
import { followStream } from './follow-stream.js';
import { NoticeStream } from './notice-stream.js';
import { openConnection } from './own-connection.js';
import type { RedisClient } from './redis-client.js';
import { commandsTo, type RedisCommands } from './redis-commands.js';

/** How `RedisRevocations` uses Redis. */
export interface RedisRevocationsOptions {
  /**
   * The key of the stream.
   *
   * @default `nestjs-clerk-auth:<host of the issuer>:notices`
   */
  readonly key?: string;
  /**
   * Milliseconds, 10 to 1000: after so much silence a machine looks whether Redis is still there.
   *
   * @default 1000
   */
  readonly heartbeat?: number;
  /**
   * Milliseconds that Redis may take for an answer, 10 to 10000.
   *
   * @default 1000
   */
  readonly timeout?: number;
}

const DEFAULTS = { heartbeat: 1000, timeout: 1000 };

/**
 * Tells all machines which sessions are over, through one stream in Redis. It tells through the client that the application
 * holds, and listens on a connection of its own, made as that client was. Its errors name no address and no credential.
 *
 * @throws ConfigurationError `configuration_invalid` for what is no known client, and for options out of range
 * @example
 * ```ts
 * ClerkModule.forRootAsync({ inject: [REDIS], useFactory: (redis: Redis) => ({ revocations: new RedisRevocations(redis) }) })
 * ```
 */
export class RedisRevocations extends RevocationChannel {
  readonly #known: KnownClient;
  readonly #options: RedisRevocationsOptions & typeof DEFAULTS;
  #instance: string | undefined;

  constructor(client: RedisClient, options: RedisRevocationsOptions = {}) {
    super();
    this.#known = knownClient(client);
    this.#options = { ...DEFAULTS, ...options };
    const heartbeat = { name: 'heartbeat', least: 10, most: 1000 } as const;
    checkOptions('RedisRevocations', this.#options, [heartbeat, TIMEOUT], 'key');
  }

  override open(instance: string): void {
    if (this.#instance !== undefined && this.#instance !== instance) {
      throw new ConfigurationError([
        'A RedisRevocations serves one Clerk instance. Make another for the other; they may share the client.',
      ]);
    }
    this.#instance = instance;
  }

  override async publish(notices: readonly Notice[]): Promise<void> {
    await this.#streamThrough(commandsTo(this.#known)).add(notices);
  }

  override async follow(listener: RevocationListener): Promise<void> {
    const { signal } = listener;
    if (signal.aborted) return;
    const connection = openConnection(this.#known, this.#options.timeout);
    const ended = endOf(signal);
    try {
      const stream = this.#streamThrough(connection);
      await Promise.race([ended.promise, followStream(stream, listener, this.#options.heartbeat)]);
    } finally {
      ended.forget();
      connection.close();
    }
  }

  #streamThrough(commands: RedisCommands): NoticeStream {
    const instance = this.#instance === undefined ? '' : `${this.#instance}:`;
    const key = this.#options.key ?? `nestjs-clerk-auth:${instance}notices`;
    return new NoticeStream(commands, key, isCluster(this.#known), this.#options.timeout);
  }
}

function endOf(signal: AbortSignal): { promise: Promise<void>; forget: () => void } {
  let end!: () => void;
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  signal.addEventListener('abort', end, { once: true });
  return {
    promise,
    forget: () => {
      signal.removeEventListener('abort', end);
    },
  };
}
