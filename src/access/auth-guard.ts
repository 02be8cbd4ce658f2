import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { decide } from '../policy/decide.js';
import type { Authentication } from '../session/authentication.js';
import { Authenticator } from '../session/authenticator.js';
import { markAdmitted, markObserved } from '../session/request-slot.js';
import { incomingRequestOf } from '../transport/incoming-request-of.js';
import { OutageNotice } from './outage-notice.js';
import { Refusals } from './refuse.js';
import { routeFactsOf } from './route-facts.js';
import type { SessionPredicate } from './route-requirements.js';
import { readRoute, type GuardedRoute } from './route-rule.js';
import { AUTHENTICATOR, OUTAGE_NOTICE, REFUSALS } from './tokens.js';

/**
 * A session is required, unless the route says otherwise with `@OptionalSession()` or `@Public()`.
 *
 * @example
 * ```ts
 * @UseGuards(AuthGuard)                                   // one controller or handler
 * { provide: APP_GUARD, useExisting: AuthGuard }          // the whole application
 * ```
 * @throws UnauthenticatedException 401, with the code that says why
 * @throws AccessDeniedException 403, with the code of the first demand that is not met
 * @throws AuthorityUnavailableException 503 `authority_unavailable`, when Clerk cannot be asked
 * @throws ConfigurationError `context_unsupported`, in anything but an HTTP request
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    @Inject(REFUSALS) private readonly refusals: Refusals,
    @Inject(OUTAGE_NOTICE) private readonly outages: OutageNotice,
  ) {}

  /** Answers at once, without a promise, when nothing has to be fetched. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const route = readRoute(context);
    if (route.rule.kind === 'public') return true;
    const request = incomingRequestOf(context);
    const authentication = this.authenticator.authenticate(request, route.live, route.accepted);
    const admit = (known: Authentication): boolean | Promise<boolean> =>
      this.admit(route, known, context, request.carrier);
    return authentication instanceof Promise ? authentication.then(admit) : admit(authentication);
  }

  private admit(
    route: GuardedRoute,
    authentication: Authentication,
    context: ExecutionContext,
    carrier: object,
  ): boolean | Promise<boolean> {
    const decision = decide(route.rule, authentication, routeFactsOf(route, context));
    switch (decision.kind) {
      case 'pass':
        if (route.predicate !== undefined) {
          return this.ask(route.predicate, authentication, context, carrier);
        }
        break;
      case 'pass_unchecked':
        this.outages.warn(decision.reason);
        break;
      default:
        // Filters and loggers may tell who was refused.
        markObserved(carrier, authentication);
        throw this.refusals.for(decision);
    }
    markAdmitted(carrier, authentication);
    return true;
  }

  /** A predicate speaks about sessions: there is one, because only routes that require one can have a predicate. */
  private async ask(
    predicate: SessionPredicate,
    authentication: Authentication,
    context: ExecutionContext,
    carrier: object,
  ): Promise<true> {
    markObserved(carrier, authentication);
    const isMet: unknown =
      authentication.kind === 'authenticated' && (await predicate(authentication.session, context));
    // In JavaScript a predicate may return anything; only a plain yes is one.
    if (isMet !== true) throw this.refusals.for({ kind: 'denied', code: 'requirement_not_met' });
    markAdmitted(carrier, authentication);
    return true;
  }
}
