import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { decide, type Decision } from '../policy/decide.js';
import type { Authentication } from '../session/authentication.js';
import { markAdmitted, markObserved } from '../session/request-slot.js';
import type { IncomingRequest } from '../transport/incoming-request.js';
import { incomingRequestOf, refuseContext } from '../transport/incoming-request-of.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { GuardParts } from './guard-parts.js';
import { holdConnection } from './hold-connection.js';
import type { Visit } from './page-gate.js';
import { routeFactsOf } from './route-facts.js';
import type { SessionPredicate } from './route-requirements.js';
import { MarkAuthGuard } from './auth-guard-mark.js';
import { readRoute, type GuardedRoute } from './guarded-route.js';
import { toldRefusal } from './tell-refusal.js';
import { GUARD_PARTS } from './tokens.js';

const NOT_GATED =
  'nobody let its connection in, and a message bears no credential: add @GuardConnections() of ' +
  'nestjs-clerk-auth/websockets to the gateway';

/**
 * A session is required, unless the route says otherwise with `@OptionalSession()` or `@Public()`.
 *
 * @example
 * ```ts
 * @UseGuards(AuthGuard)                                   // one controller or handler
 * { provide: APP_GUARD, useExisting: AuthGuard }          // the whole application
 * class StaffGuard extends AuthGuard { … }                // also with a constructor of its own
 * ```
 * @throws UnauthenticatedException 401, with the code that says why
 * @throws AccessDeniedException 403, with the code of the first demand that is not met
 * @throws AuthorityUnavailableException 503 `authority_unavailable`, when Clerk cannot be asked
 * @throws ConfigurationError `context_unsupported`, where a call bears no credential that can be read: a gateway without
 * `@GuardConnections()`, TCP and Redis on Nest 11; `configuration_invalid`, when Nest did not make this instance
 */
@Injectable()
@MarkAuthGuard()
export class AuthGuard implements CanActivate {
  // A property and not a parameter, so that a subclass may have a constructor of its own.
  @Inject(GUARD_PARTS) private readonly guardParts: GuardParts | undefined;

  /** Answers at once, without a promise, when nothing has to be fetched. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const route = readRoute(context);
    if (route.rule.kind === 'public') return true;
    const request = incomingRequestOf(context);
    const { authenticator, standings } = this.parts;
    if (request.lasting && standings.find(request.carrier) === undefined) {
      return refuseContext(context, NOT_GATED);
    }
    const found = authenticator.authenticate(request, route.live, route.accepted);
    return found instanceof Promise
      ? found.then((authentication) => this.settle(route, authentication, context, request))
      : this.settle(route, found, context, request);
  }

  private settle(
    route: GuardedRoute,
    found: Authentication,
    context: ExecutionContext,
    request: IncomingRequest,
  ): boolean | Promise<boolean> {
    const { pages } = this.parts;
    if (pages === undefined || !isPageRoute(route, context)) {
      return this.admit(route, found, context, request);
    }
    const settled = pages.settle({ context, request, route }, found);
    return settled instanceof Promise
      ? settled.then((authentication) => this.admit(route, authentication, context, request))
      : this.admit(route, settled, context, request);
  }

  private admit(
    route: GuardedRoute,
    authentication: Authentication,
    context: ExecutionContext,
    request: IncomingRequest,
  ): boolean | Promise<boolean> {
    const decision = decide(route.rule, authentication, routeFactsOf(route, context));
    switch (decision.kind) {
      case 'pass':
        if (route.predicate !== undefined) {
          return this.ask(route.predicate, route, authentication, context, request);
        }
        if (authentication.kind === 'rejected') {
          this.parts.refusals.log.ignored(context, authentication.code);
        }
        break;
      case 'pass_unchecked':
        this.parts.outages.warn(decision.reason);
        break;
      default:
        // Filters and loggers may tell who was refused.
        observe(this.parts, authentication, request);
        throw (
          this.redirect(decision, { context, request, route }) ??
          toldRefusal(this.parts.refusals.at(context, decision), context, request, authentication)
        );
    }
    return this.letIn(route, authentication, context, request);
  }

  private redirect(decision: Decision, visit: Visit): Error | undefined {
    const { pages } = this.parts;
    if (pages === undefined || decision.kind !== 'unauthenticated') return undefined;
    return isPageRoute(visit.route, visit.context) ? pages.signIn(visit, decision.code) : undefined;
  }

  /** A predicate speaks about sessions: there is one, because only routes that require one can have a predicate. */
  private async ask(
    predicate: SessionPredicate,
    route: GuardedRoute,
    authentication: Authentication,
    context: ExecutionContext,
    request: IncomingRequest,
  ): Promise<true> {
    observe(this.parts, authentication, request);
    const isMet: unknown =
      authentication.kind === 'authenticated' && (await predicate(authentication.session, context));
    // In JavaScript a predicate may return anything; only `true` admits.
    if (isMet !== true) {
      const refusal = this.parts.refusals.at(context, {
        kind: 'denied',
        code: 'requirement_not_met',
      });
      throw toldRefusal(refusal, context, request, authentication);
    }
    return this.letIn(route, authentication, context, request);
  }

  private letIn(
    route: GuardedRoute,
    authentication: Authentication,
    context: ExecutionContext,
    request: IncomingRequest,
  ): true {
    // A socket's messages share their carrier: it says whom the gate let in, and no message changes that.
    if (request.lasting) return true;
    markAdmitted(request.carrier, this.parts.authenticator, authentication);
    if (route.isStream || request.socket !== undefined) {
      holdConnection(this.parts, authentication, context, request);
    }
    return true;
  }

  /** An instance that Nest did not make, as in `@UseGuards(new AuthGuard())`, was handed nothing. */
  private get parts(): GuardParts {
    if (this.guardParts !== undefined) return this.guardParts;
    const { name } = this.constructor;
    throw new ConfigurationError([
      `${name} was made with new, so Nest could not hand it what it needs: write the class instead, as in ` +
        `@UseGuards(${name}) or { provide: APP_GUARD, useClass: ${name} }.`,
    ]);
  }
}

function observe(
  { authenticator }: GuardParts,
  authentication: Authentication,
  { lasting, carrier }: IncomingRequest,
): void {
  if (!lasting) markObserved(carrier, authenticator, authentication);
}

/** Whether a route may be a page at all: whose tokens it takes, and what carries it. */
function isPageRoute({ accepted }: GuardedRoute, context: ExecutionContext): boolean {
  return context.getType<string>() === 'http' && accepted.includes('session_token');
}
