import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { DemoModule } from './demo/demo.module.js';
import { giveUp } from './give-up.js';
import { startLocalClerkUnlessConfigured } from './local-clerk.js';
import { portFrom } from './port.js';
import { showAround } from './show-around.js';

try {
  const clerk = await startLocalClerkUnlessConfigured();
  // An app of yours gives AppModule to Nest. Here, a page to click on comes along.
  const app = await NestFactory.create(DemoModule.beside(AppModule, clerk), {
    // Only what is wrong, so that the curl lines stay in sight.
    logger: ['warn', 'error'],
    // What goes to LocalClerk goes there as it came.
    rawBody: true,
  });
  await app.listen(portFrom('PORT', 3000));
  showAround(app, clerk);
} catch (error) {
  giveUp(error);
}
