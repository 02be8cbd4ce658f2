import { Module } from '@nestjs/common';
import { ClerkModule } from 'nestjs-clerk-auth';
import { AccountService } from './account.service.js';
import { AppController } from './app.controller.js';

@Module({
  // Everything comes from the environment: CLERK_SECRET_KEY, CLERK_PUBLISHABLE_KEY, …
  imports: [ClerkModule.forRoot()],
  controllers: [AppController],
  providers: [AccountService],
})
export class AppModule {}
