import { Controller, Get, Inject, Post, Redirect, Render } from '@nestjs/common';
import {
  CurrentSession,
  OptionalSession,
  Public,
  RequireSession,
  SessionService,
  type Session,
} from 'nestjs-clerk-auth';

@Controller()
export class HomePages {
  constructor(@Inject(SessionService) private readonly sessions: SessionService) {}

  /** For guests as well. Who comes with an expired token is no guest: Clerk is asked on the way. */
  @Get()
  @OptionalSession()
  @Render('home')
  home(@CurrentSession() session: Session | null) {
    const until = session?.tokenExpiresAt;
    return { title: 'Home', until: until && new Date(until).toLocaleTimeString('en') };
  }

  /** Clerk's form. An app without this page sends people to Clerk's Account Portal. */
  @Get('sign-in')
  @Public()
  @Render('sign-in')
  signIn() {
    return { title: 'Sign in' };
  }

  @Post('sign-out')
  @RequireSession()
  @Redirect('/', 303)
  async signOut(@CurrentSession() session: Session) {
    await this.sessions.revokeSession(session.id);
  }
}
