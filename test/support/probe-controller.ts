import { Controller, Get } from '@nestjs/common';
import {
  CurrentSession,
  OptionalSession,
  Public,
  RequireSession,
  type Session,
} from 'nestjs-clerk-auth';

/** Handlers that ran, in order, since `handled.length = 0`. */
export const handled: string[] = [];

interface Seen {
  readonly user: string | null;
}

/** One route for each rule. Every handler leaves a trace, so that a refusal can be shown to have come before it. */
@Controller()
export class ProbeController {
  @Get('me')
  @RequireSession()
  me(@CurrentSession() session: Session): Seen {
    handled.push('me');
    return { user: session.userId };
  }

  @Get('maybe')
  @OptionalSession()
  maybe(@CurrentSession('userId') user: string | null): Seen {
    handled.push('maybe');
    return { user };
  }

  @Get('strict-maybe')
  @OptionalSession({ invalid: 'reject' })
  strictMaybe(@CurrentSession('userId') user: string | null): Seen {
    handled.push('strict-maybe');
    return { user };
  }

  @Get('public')
  @Public()
  open(): Seen {
    handled.push('public');
    return { user: null };
  }
}
