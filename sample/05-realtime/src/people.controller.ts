import { Controller, Inject, NotFoundException, Param, Post } from '@nestjs/common';
import {
  CurrentSession,
  Public,
  RequireSession,
  SessionService,
  type Session,
} from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';

const PEOPLE: readonly string[] = ['Ada', 'Bob'];

/** Who somebody is, for the page. */
interface Person {
  readonly name: string;
  readonly sessionId: string;
}

/** Stands for Clerk's own front end, which signs people in and fetches their tokens. */
@Controller('people')
export class PeopleController {
  constructor(
    @Inject(LocalClerk) private readonly clerk: LocalClerk,
    @Inject(SessionService) private readonly sessions: SessionService,
  ) {}

  @Post(':name/sign-in')
  @Public()
  signIn(@Param('name') name: string): Person {
    if (!PEOPLE.includes(name)) throw new NotFoundException();
    const { sessionId } = this.clerk.signIn(name.toLowerCase(), { claims: { name } });
    return { name, sessionId };
  }

  /** In a page of yours: `clerk.session.getToken()`. */
  @Post('sessions/:id/token')
  @Public()
  token(@Param('id') id: string): { token: string } {
    return { token: this.clerk.freshToken(id) };
  }

  /** Ends the caller's session: Clerk hears of it, and the sockets of this process are closed at once. */
  @Post('sign-out')
  @RequireSession()
  async signOut(@CurrentSession() { id }: Session): Promise<void> {
    await this.sessions.revokeSession(id);
  }
}
