import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { giveUp } from './give-up.js';
import { startLocalClerkUnlessConfigured } from './local-clerk.js';
import { portFrom } from './port.js';
import { showAround } from './show-around.js';

try {
  const clerk = await startLocalClerkUnlessConfigured();
  // Only what is wrong, so that the curl lines stay in sight.
  const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] });
  await app.listen(portFrom('PORT', 3000));
  showAround(app, clerk);
} catch (error) {
  giveUp(error);
}
