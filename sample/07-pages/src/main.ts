import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { startLocalClerk } from './local-clerk.js';
import { showAround } from './show-around.js';
import { showViews } from './show-views.js';

const port = Number(process.env.PORT ?? 3007);
const clerk = await startLocalClerk(port);
const app = await NestFactory.create<NestExpressApplication>(AppModule, {
  logger: ['warn', 'error'],
});
showViews(app);
await app.listen(port);
showAround(app, clerk);
