import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { startLocalClerk } from './local-clerk.js';

const clerk = await startLocalClerk();
const app = await NestFactory.create(AppModule.with(clerk), { logger: ['warn', 'error'] });
await app.listen(Number(process.env.PORT ?? 3005));
const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
console.log(`
Open http://localhost:${port} in two tabs: be Ada in one and Bob in the other, and talk.
Tokens live for 17 seconds, so that one sees them renewed while the sockets stay open.

Ctrl+C stops.
`);
