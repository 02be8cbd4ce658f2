import { Controller, Get, Module, UseGuards, type DynamicModule } from '@nestjs/common';
import {
  AuthGuard,
  ClerkModule,
  CurrentSession,
  CurrentUser,
  Session,
  User,
} from 'nestjs-clerk-auth';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';

@Controller()
export class MeController {
  @Get('me')
  @UseGuards(AuthGuard)
  me(@CurrentSession() session: Session): { userId: string } {
    return { userId: session.userId };
  }

  @Get('name')
  @UseGuards(AuthGuard)
  name(@CurrentUser() user: User): { name: string | null } {
    return { name: user.firstName };
  }
}

@Module({})
export class AppModule {
  static with(clerk: LocalClerk): DynamicModule {
    return {
      module: AppModule,
      imports: [ClerkModule.forRoot(clerk.options())],
      controllers: [MeController],
    };
  }
}
