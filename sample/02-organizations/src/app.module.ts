import { Module } from '@nestjs/common';
import { ClerkModule } from 'nestjs-clerk-auth';
import { OrganizationController } from './organization.controller.js';

@Module({
  // A 403 always says why. With this, a 401 does so too.
  imports: [ClerkModule.forRoot({ errorBody: 'problem' })],
  controllers: [OrganizationController],
})
export class AppModule {}
