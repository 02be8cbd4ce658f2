import type { Notice } from './notice.js';

/** What a machine hands to `follow()`. */
export interface RevocationListener {
  /** How far back notices are wanted, in milliseconds. */
  readonly since: number;
  /** Aborted when nobody listens any more: the application closes, or the core tries anew. */
  readonly signal: AbortSignal;
  /** The time that `complete` is given, in milliseconds since the epoch. */
  readonly now: () => number;
  /** To be called with every notice, in any order, twice if need be. */
  readonly heard: (notices: readonly Notice[]) => void;
  /** To be called at least once a second with a time before which all that was published has been heard. */
  readonly complete: (at: number) => void;
}

/**
 * Port: how the machines of one application tell each other which sessions are over. `RedisRevocations` of
 * `nestjs-clerk-auth/redis` is one; NATS, Postgres or anything else that keeps what was said for some minutes makes
 * another.
 *
 * @example
 * ```ts
 * ClerkModule.forRootAsync({ inject: [REDIS], useFactory: (redis: Redis) => ({ revocations: new RedisRevocations(redis) }) })
 * ```
 */
export abstract class RevocationChannel {
  /** Resolves once every machine will find the notices, one that is away for now included. Rejects otherwise. */
  abstract publish(notices: readonly Notice[]): Promise<void>;

  /**
   * Hands on every notice of the last `since` milliseconds, then those to come, until the signal aborts. Rejects when it
   * cannot go on; it is called again then, after 50 ms to 1 s.
   */
  abstract follow(listener: RevocationListener): Promise<void>;

  /**
   * Called once at boot with the issuer's host of the Clerk instance, or a stand-in where no issuer is known, so that
   * several applications can share one store. Channels that have one of their own need not care.
   */
  open?(instance: string): void;
}
