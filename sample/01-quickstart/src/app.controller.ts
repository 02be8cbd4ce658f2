import { Controller, Delete, Get, HttpCode } from '@nestjs/common';
import { CurrentSession, OptionalSession, RequireSession, Session } from 'nestjs-clerk-auth';
import { AccountService } from './account.service.js';

@Controller()
export class AppController {
  constructor(private readonly account: AccountService) {}

  /** No guard here: open to everybody. */
  @Get('public')
  open() {
    return { message: 'Everybody may read this.' };
  }

  /** Strangers get 401 and an empty body, and this method is never called. */
  @Get('me')
  @RequireSession()
  me(@CurrentSession() session: Session) {
    return { userId: session.userId, sessionId: session.id };
  }

  /** Clerk is asked whether the session is still active: an outage is 503, and nobody is signed out by it. */
  @Get('me/live')
  @RequireSession({ live: true })
  live(@CurrentSession('userId') userId: string) {
    return { userId, confirmed: true };
  }

  /** Users and guests are both welcome. */
  @Get('maybe')
  @OptionalSession()
  maybe(@CurrentSession('userId') userId: string | null) {
    return { message: `Hello ${userId ?? 'guest'}!` };
  }

  @Delete('me/session')
  @RequireSession()
  @HttpCode(204)
  async signOut(@CurrentSession('id') sessionId: string) {
    await this.account.signOut(sessionId);
  }
}
