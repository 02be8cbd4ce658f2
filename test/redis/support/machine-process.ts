// A machine in a process of its own: told what to be by its parent, whom it tells when it listens.
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClerkModule, SessionService, type Notice } from 'nestjs-clerk-auth';
import { RedisRevocations } from 'nestjs-clerk-auth/redis';
import { ProbeController } from '../../support/probe-controller.js';
import { NEWEST } from './clients.js';
import type { Order, Outfit, Report } from './forked-machine.js';

const outfit = JSON.parse(process.argv[2] ?? '') as Outfit;
const { client } = await NEWEST[outfit.client](outfit.port);
const revocations = new RedisRevocations(client);

@Module({
  imports: [ClerkModule.forRoot({ ...outfit.clerk, revocations })],
  controllers: [ProbeController],
})
class AppModule {}

const began = performance.now();
const app = await NestFactory.create(AppModule, { logger: false });
await app.listen(0, '127.0.0.1');
const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
report({ port, bootedIn: performance.now() - began });

// It does not outlive who started it.
process.on('disconnect', () => process.exit());

process.on('message', (order: Order) => {
  void carryOut(order).then(report, (error: unknown) => {
    report({ failed: String(error) });
  });
});

async function carryOut(order: Order): Promise<Report> {
  if ('revoke' in order) await app.get(SessionService).revokeSession(order.revoke);
  else await revocations.publish(order.publish satisfies readonly Notice[]);
  return { done: true };
}

function report(what: Report): void {
  process.send?.(what);
}
