/** A client or a cluster of ioredis 5 and 6, or of iovalkey. Described by its shape: this package imports none of them. */
export interface IoRedisClient {
  readonly isCluster: boolean;
  call(command: string, args: string[]): Promise<unknown>;
  duplicate(...args: never[]): unknown;
}

/** A client of `redis` (node-redis) 4, 5 or 6, which the application connects and closes. */
export interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>;
  duplicate(...args: never[]): unknown;
}

/** A cluster of `redis` (node-redis) 4, 5 or 6, which the application connects and closes. */
export interface NodeRedisCluster {
  readonly slots: object;
  sendCommand(
    key: string | undefined,
    isReadonly: boolean | undefined,
    args: string[],
  ): Promise<unknown>;
  duplicate(...args: never[]): unknown;
}

/** The client that the application holds: ioredis 5 and 6, iovalkey, node-redis 4 to 6, or a cluster of any of them. */
export type RedisClient = IoRedisClient | NodeRedisClient | NodeRedisCluster;
