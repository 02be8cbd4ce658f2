import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';

export const REDIS = Symbol('REDIS');

/** The client that the application holds anyway; none without REDIS_URL. */
@Global()
@Module({
  providers: [{ provide: REDIS, useFactory: connect }],
  exports: [REDIS],
})
export class RedisModule implements OnApplicationShutdown {
  constructor(@Inject(REDIS) private readonly redis: Redis | undefined) {}

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }
}

function connect(): Redis | undefined {
  const url = process.env.REDIS_URL ?? '';
  if (url === '') return undefined;
  const redis = new Redis(url);
  // Without a listener, ioredis prints each failure with its stack.
  redis.on('error', () => undefined);
  return redis;
}
