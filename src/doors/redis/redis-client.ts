/** A client or a cluster of ioredis 5 and 6, or of iovalkey. Described by its shape: this package imports none of them. */
export interface IoRedisClient {
  /** Whether it is a `Cluster`. */
  readonly isCluster: boolean;
  /** Sends a command. */
  call(command: string, args: string[]): Promise<unknown>;
  /** Another connection of the same settings, for what blocks. */
  duplicate(...args: never[]): unknown;
}

/** A client of `redis` (node-redis) 4, 5 or 6, which the application connects and closes. */
export interface NodeRedisClient {
  /** Sends a command. */
  sendCommand(args: string[]): Promise<unknown>;
  /** Another connection of the same settings, for what blocks. */
  duplicate(...args: never[]): unknown;
}

/** A cluster of `redis` (node-redis) 4, 5 or 6, which the application connects and closes. */
export interface NodeRedisCluster {
  /** What tells a cluster from a client. */
  readonly slots: object;
  /** Sends a command to the node that holds the key. */
  sendCommand(
    key: string | undefined,
    isReadonly: boolean | undefined,
    args: string[],
  ): Promise<unknown>;
  /** Another connection of the same settings, for what blocks. */
  duplicate(...args: never[]): unknown;
}

/** The client that the application holds: ioredis 5 and 6, iovalkey, node-redis 4 to 6, or a cluster of any of them. */
export type RedisClient = IoRedisClient | NodeRedisClient | NodeRedisCluster;
