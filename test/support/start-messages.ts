import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ClerkModule } from 'nestjs-clerk-auth';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import { ADAPTERS, type Adapter } from './start-app.js';

export type MessagingKind = 'pure' | `hybrid, ${Adapter}`;

export const MESSAGING_KINDS: readonly MessagingKind[] = [
  'pure',
  ...ADAPTERS.map((adapter) => `hybrid, ${adapter}` as const),
];

export interface StartedMessages {
  close(): Promise<void>;
}

/** An application that answers messages, alone or beside HTTP. */
export async function startMessages(
  kind: MessagingKind,
  clerk: LocalClerk,
  controller: Type,
  options: MicroserviceOptions,
): Promise<StartedMessages> {
  const module = messagesModule(clerk, controller);
  if (kind === 'pure') {
    const service = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
      ...options,
      logger: false,
    });
    await service.listen();
    return service;
  }
  const app =
    kind === 'hybrid, fastify'
      ? await NestFactory.create(module, new FastifyAdapter(), { logger: false })
      : await NestFactory.create(module, { logger: false });
  app.connectMicroservice<MicroserviceOptions>(options, { inheritAppConfig: true });
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  return app;
}

export function messagesModule(clerk: LocalClerk, controller: Type): DynamicModule {
  @Module({})
  class AppModule {}
  return {
    module: AppModule,
    imports: [ClerkModule.forRoot({ ...clerk.options(), audit: 'log' })],
    controllers: [controller],
  };
}
