import { Inject, Injectable } from '@nestjs/common';
import type { SessionScopes } from '../context/session-scopes.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { Session } from '../session/session.js';
import type { Refusals } from './refuse.js';
import { REFUSALS, SESSION_SCOPES } from './tokens.js';

const OFF = 'SessionContext is off: add sessionContext: true to the options of ClerkModule.';

const OUTSIDE =
  'SessionContext was asked outside of an HTTP request: messages, sockets and workers begin with ' +
  'SessionContext.run(session, work). Within a request, what calls back from an event of its own needs ' +
  'AsyncResource.bind() of node:async_hooks.';

const NOT_ADMITTED =
  'SessionContext was asked about a request that no guard has let in: add @RequireSession() or @OptionalSession() to ' +
  'the route (on a @Public() route the guard does not look either), or ask peek() where that does not matter.';

/**
 * The session of the request, in any provider, without its being handed on. Needs the option `sessionContext`.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class Notes {
 *   constructor(private readonly sessions: SessionContext) {}
 *   mine() { return this.find({ owner: this.sessions.require().userId }); }
 * }
 * ```
 */
@Injectable()
export class SessionContext {
  // Properties and not parameters: what a constructor takes is public.
  // Nest sets no property to `null`: without the option there is none.
  @Inject(SESSION_SCOPES) private readonly scopes: SessionScopes | undefined;
  @Inject(REFUSALS) private readonly refusals!: Refusals;

  /**
   * What `@CurrentSession()` gives: the session that a guard let in, or `null` where it is optional and nobody is signed
   * in.
   *
   * @throws ConfigurationError `guard_missing` when no guard has let the request in; `context_missing` outside of a
   * request, and when the option is off
   */
  current(): Session | null {
    const found = this.enabled.find();
    switch (found.kind) {
      case 'known':
        return found.session;
      case 'not_admitted':
        throw new ConfigurationError([NOT_ADMITTED], 'guard_missing');
      case 'outside':
        throw new ConfigurationError([OUTSIDE], 'context_missing');
    }
  }

  /**
   * As `current`, where there must be one.
   *
   * @throws UnauthenticatedException 401 `session_required` when nobody is signed in
   * @throws ConfigurationError as `current` does
   */
  require(): Session {
    const session = this.current();
    if (session === null) throw this.refusals.unauthenticated('session_required');
    return session;
  }

  /**
   * For loggers and filters: as `sessionOf(request)`, also whom the middleware saw or a guard refused. `null` when
   * nobody is known, for whatever reason. Never throws.
   */
  peek(): Session | null {
    return this.scopes?.peek() ?? null;
  }

  /**
   * Does work for a session that no request brought: in a worker, a gateway, the handler of a message. All that the work
   * starts sees it, and nothing else does.
   *
   * @param session `null` for a guest
   * @returns what the work returns
   * @throws ConfigurationError `context_missing` when the option is off
   */
  run<Result>(session: Session | null, work: () => Result): Result {
    const given: unknown = session;
    if (typeof given !== 'object') {
      throw new TypeError('SessionContext.run() takes a session, or null for a guest.');
    }
    return this.enabled.run(session, work);
  }

  private get enabled(): SessionScopes {
    if (this.scopes === undefined) throw new ConfigurationError([OFF], 'context_missing');
    return this.scopes;
  }
}
