import { Inject, Injectable } from '@nestjs/common';
import type { Lifelines } from '../connections/lifelines.js';
import type { RevocationFeed } from '../revocation/revocation-feed.js';
import { LIFELINES, REVOCATIONS } from './tokens.js';

/** What goes on after a yes: sockets of gateways, GraphQL subscriptions, event streams. Of this process alone. */
@Injectable()
export class Connections {
  // Properties and not parameters: what a constructor takes is public.
  @Inject(LIFELINES) private readonly lifelines!: Lifelines;
  @Inject(REVOCATIONS) private readonly feed!: RevocationFeed;

  /**
   * Ends every connection of a session at once, and refuses its tokens from now on, for webhooks and the like that hear
   * that it is over. Does not ask Clerk; `SessionService.revokeSession()` does, and ends the connections by itself.
   *
   * @param sessionId `sess_…`
   * @returns how many connections there were
   */
  end(sessionId: string): number {
    this.feed.revocations.endSession(sessionId);
    return this.lifelines.endSession(sessionId);
  }
}
