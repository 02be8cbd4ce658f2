import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

// Only what is wrong, so that the curl lines stay in sight.
const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] });
app.enableShutdownHooks();
await app.listen(Number(process.env.PORT ?? 3000));

// For main.ts, which started this.
const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
process.send?.({ port });
process.once('disconnect', () => process.exit());
