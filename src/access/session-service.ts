import { Inject, Injectable } from '@nestjs/common';
import type { UnauthenticatedCode } from '../errors/error-code.js';
import type { RevocationFeed } from '../revocation/revocation-feed.js';
import { Authenticator } from '../session/authenticator.js';
import type { Client } from '../session/client.js';
import type { Session } from '../session/session.js';
import { SessionLookup } from '../session/session-lookup.js';
import { readHttpRequest, type HttpRequest } from '../transport/http-request.js';
import { Refusals } from './refuse.js';
import { tellRevoked } from './tell-revoked.js';
import { AUTHENTICATOR, REFUSALS, REVOCATIONS, SESSION_LOOKUP } from './tokens.js';

/** As many as Clerk is asked to revoke at a time. */
const REVOKED_AT_ONCE = 6;

interface Rejection {
  readonly kind: 'rejected';
  readonly code: UnauthenticatedCode;
}

/**
 * Sessions for code of your own: in a handler, a queue worker, a script.
 *
 * Every method rejects with `AuthorityUnavailableException` (503 `authority_unavailable`) when Clerk cannot be asked.
 */
@Injectable()
export class SessionService {
  // Properties and not parameters: what a constructor takes is public.
  @Inject(AUTHENTICATOR) private readonly authenticator!: Authenticator;
  @Inject(SESSION_LOOKUP) private readonly sessions!: SessionLookup;
  @Inject(REVOCATIONS) private readonly feed!: RevocationFeed;
  @Inject(REFUSALS) private readonly refusals!: Refusals;

  /**
   * Who sent this request? `null` when nobody is signed in, whatever the reason. Verified once for each request,
   * however often it is asked and whoever asked before.
   *
   * @param request what Express, Fastify or Node call a request, a fetch `Request`, or an object with `headers`, whose
   * names may be written in any case
   */
  async authenticate(request: HttpRequest): Promise<Session | null> {
    const authentication = await this.authenticator.authenticate(readHttpRequest(request));
    if (authentication.kind === 'unavailable')
      throw this.refusals.unavailable(authentication.reason);
    return authentication.kind === 'authenticated' ? authentication.session : null;
  }

  /**
   * The session that a session token proves. Without a network call once the keys are known.
   *
   * @throws UnauthenticatedException `token_…` or `session_pending`
   */
  verifyToken(token: string): Promise<Session> {
    return this.answer(this.sessions.verifyToken(token));
  }

  /**
   * The session of that id, if the client of that token is signed in to it. Asks Clerk.
   *
   * @param sessionId `sess_…`; anything else is refused without a call
   * @param clientToken the opaque `__session` token of Clerk's original protocol
   * @throws UnauthenticatedException `session_id_malformed`, `session_mismatch`, `session_not_active`,
   * `session_pending`, `no_active_session` or `client_token_…`
   */
  verifySession(sessionId: string, clientToken: string): Promise<Session> {
    return this.answer(this.sessions.verifySession(sessionId, clientToken));
  }

  /**
   * The client that bears this token, with all its sessions. Asks Clerk.
   *
   * @throws UnauthenticatedException `client_token_…`
   */
  verifyClient(clientToken: string): Promise<Client> {
    return this.answer(this.sessions.verifyClient(clientToken));
  }

  /** Clerk's record of a session, whatever its status; `null` when there is none of that id. Asks Clerk. */
  getSession(sessionId: string): Promise<Session | null> {
    return this.answer(this.sessions.getSession(sessionId));
  }

  /**
   * Ends a session; `null` when there is none of that id. This process refuses it at once, also when its token comes
   * again, and ends its sockets, subscriptions and event streams. With the option `revocations` all other machines do
   * the same within milliseconds; without it, tokens already issued stay true there until they run out, about a minute
   * later: Clerk cannot call them back.
   *
   * @throws AuthorityUnavailableException also when the session is over at Clerk and in this process, but other machines
   * could not be told; they are told as soon as that is possible
   */
  async revokeSession(sessionId: string): Promise<Session | null> {
    return this.answer(this.revoke(sessionId));
  }

  /**
   * Ends every session of a user, "sign out everywhere": as `revokeSession`, for each session that is active or pending.
   * Other machines are told of all of them at once. A session that Clerk could not end keeps nobody from ending the others.
   *
   * @param userId `user_…`; anything else has no sessions, and nobody is asked
   * @returns the sessions that were ended
   */
  async revokeSessions(userId: string): Promise<Session[]> {
    return this.answer(this.revokeAllOf(userId));
  }

  private async revoke(sessionId: string): Promise<Session | null> {
    const session = await this.sessions.revokeSession(sessionId);
    if (session === null) return null;
    tellRevoked(sessionId);
    await this.feed.tell([{ kind: 'session_ended', sessionId }]);
    return session;
  }

  private async revokeAllOf(userId: string): Promise<Session[]> {
    const ids = await this.sessions.sessionsOf(userId);
    const ended: Session[] = [];
    let failure: PromiseRejectedResult | undefined;
    for (let at = 0; at < ids.length; at += REVOKED_AT_ONCE) {
      const some = ids.slice(at, at + REVOKED_AT_ONCE);
      const answers = await Promise.allSettled(some.map((id) => this.sessions.revokeSession(id)));
      for (const answer of answers) {
        if (answer.status === 'rejected') failure ??= answer;
        else if (answer.value !== null) ended.push(answer.value);
      }
    }
    ended.forEach(({ id }) => {
      tellRevoked(id);
    });
    await this.feed.tell(ended.map(({ id }) => ({ kind: 'session_ended', sessionId: id })));
    if (failure !== undefined) throw failure.reason;
    return ended;
  }

  private async answer<Found>(question: Promise<Found | Rejection>): Promise<Found> {
    const answer = await question.catch((reason: unknown) => {
      throw this.refusals.failed(reason);
    });
    if (isRejection(answer)) throw this.refusals.unauthenticated(answer.code);
    return answer;
  }
}

function isRejection(answer: unknown): answer is Rejection {
  return (answer as Partial<Rejection> | null)?.kind === 'rejected';
}
