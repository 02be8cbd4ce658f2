import { Module, type DynamicModule } from '@nestjs/common';
import { ClerkModule } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { ChatGateway } from './chat.gateway.js';
import { PageController } from './page.controller.js';
import { PeopleController } from './people.controller.js';

@Module({})
export class AppModule {
  /** An app of yours has neither LocalClerk nor PeopleController: there, people sign in with Clerk. */
  static with(clerk: LocalClerk): DynamicModule {
    return {
      module: AppModule,
      // Without allowance for clocks that differ: Clerk and this app have the same one.
      imports: [ClerkModule.forRoot({ clockSkew: 0, audit: 'strict' })],
      controllers: [PageController, PeopleController],
      providers: [ChatGateway, { provide: LocalClerk, useValue: clerk }],
    };
  }
}
