import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { startLocalClerk } from './local-clerk.js';
import { signInPeople } from './people.js';
import { showAround } from './show-around.js';

const clerk = await startLocalClerk();
// Only what is wrong, so that the curl lines stay in sight.
const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] });
await app.listen(Number(process.env.PORT ?? 3002));
showAround(app, clerk, signInPeople(clerk));
