import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { startLocalClerk } from './local-clerk.js';
import { showAround } from './show-around.js';

const clerk = await startLocalClerk();
// Only what is wrong, so that the lines to paste stay in sight.
const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] });
await app.listen(Number(process.env.PORT ?? 3004));
showAround(app, clerk);
