import { Module } from '@nestjs/common';
import { ClerkModule } from 'nestjs-clerk-auth';
import { AppController } from './app.controller.js';

@Module({
  // A 403 always says why. With this, a 401 and a 503 do so too.
  imports: [ClerkModule.forRoot({ errorBody: 'problem' })],
  controllers: [AppController],
})
export class AppModule {}
