// A machine that limits its callers: told what to be by its parent, whom it tells where it listens.
import 'reflect-metadata';
import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import { Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ThrottlerModule } from '@nestjs/throttler';
import { AuthGuard, ClerkModule } from 'nestjs-clerk-auth';
import { CallerThrottlerGuard } from 'nestjs-clerk-auth/throttler';
import { ProbeController } from '../../support/probe-controller.js';
import type { ThrottledOutfit } from './throttled-machine.js';

const { adapter, redis, limit, clerk } = JSON.parse(process.argv[2] ?? '') as ThrottledOutfit;

/** As docs/throttler.md has it. */
const storage = (url: string) =>
  new ThrottlerStorageRedisService(url, { maxRetriesPerRequest: 1, enableOfflineQueue: false });

@Module({
  imports: [
    ClerkModule.forRoot(clerk),
    ThrottlerModule.forRoot({
      throttlers: [{ ttl: 60_000, limit }],
      ...(redis === undefined ? {} : { storage: storage(redis) }),
    }),
  ],
  controllers: [ProbeController],
  providers: [
    { provide: APP_GUARD, useClass: CallerThrottlerGuard },
    { provide: APP_GUARD, useExisting: AuthGuard },
  ],
})
class AppModule {}

const app =
  adapter === 'express'
    ? await NestFactory.create<NestExpressApplication>(AppModule, { logger: false })
    : await NestFactory.create(AppModule, new FastifyAdapter({ trustProxy: true }), {
        logger: false,
      });
if (adapter === 'express') (app as NestExpressApplication).set('trust proxy', true);
await app.listen(0, '127.0.0.1');
process.send?.(await app.getUrl());

// It does not outlive who started it.
process.on('disconnect', () => process.exit());
