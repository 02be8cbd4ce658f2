import { Module } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { ClerkModule } from 'nestjs-clerk-auth';
import { RedisRevocations, RedisWebhookLedger } from 'nestjs-clerk-auth/redis';
import { ClerkWebhooksModule } from 'nestjs-clerk-auth/webhooks';
import { ProfileController } from './profile.controller.js';
import { ProfileService } from './profile.service.js';
import { REDIS, RedisModule } from './redis.module.js';
import { UserStore } from './users/user-store.js';
import { openUserStore } from './users/open-user-store.js';
import { UserSync } from './users/user-sync.js';

@Module({
  imports: [
    RedisModule,
    // Keys and secrets come from the environment: CLERK_SECRET_KEY, CLERK_WEBHOOK_SIGNING_SECRET, …
    ClerkModule.forRootAsync({
      inject: [REDIS],
      useFactory: (redis: Redis | undefined) => ({
        sessionContext: true,
        errorBody: 'problem' as const,
        revocations: redis && new RedisRevocations(redis),
      }),
    }),
    ClerkWebhooksModule.forRootAsync({
      inject: [REDIS],
      useFactory: (redis: Redis | undefined) => ({
        ledger: redis && new RedisWebhookLedger(redis),
      }),
    }),
  ],
  controllers: [ProfileController],
  providers: [ProfileService, UserSync, { provide: UserStore, useFactory: openUserStore }],
})
export class AppModule {}
