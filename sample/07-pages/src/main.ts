import 'reflect-metadata';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { startLocalClerk } from './local-clerk.js';
import { showAround } from './show-around.js';

const FOLDER = join(import.meta.dirname, '..');
const HTMX = fileURLToPath(import.meta.resolve('htmx.org/dist/htmx.min.js'));

const port = Number(process.env.PORT ?? 3007);
const clerk = await startLocalClerk(port);
const app = await NestFactory.create<NestExpressApplication>(AppModule, {
  logger: ['warn', 'error'],
});
app.setBaseViewsDir(join(FOLDER, 'views'));
app.setViewEngine('hbs');
app.useStaticAssets(join(FOLDER, 'public'));
app.useStaticAssets(HTMX, { prefix: '/htmx.js' });
await app.listen(port);
showAround(app, clerk);
