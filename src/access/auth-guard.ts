import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { AccessRule } from '../policy/access-rule.js';
import { decide } from '../policy/decide.js';
import type { Authentication } from '../session/authentication.js';
import { Authenticator } from '../session/authenticator.js';
import { incomingRequestOf } from '../transport/incoming-request-of.js';
import { OutageNotice } from './outage-notice.js';
import { Refusals } from './refuse.js';
import { readRule } from './route-rule.js';
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
    const rule = readRule(context);
    if (rule.kind === 'public') return true;
    const request = incomingRequestOf(context);
    const authentication = this.authenticator.authenticate(request);
    if (!(authentication instanceof Promise)) return this.admit(rule, authentication);
    return authentication.then((known) => this.admit(rule, known));
  }

  private admit(rule: AccessRule, authentication: Authentication): true {
    const decision = decide(rule, authentication);
    switch (decision.kind) {
      case 'pass':
        return true;
      case 'pass_unchecked':
        this.outages.warn(decision.reason);
        return true;
      default:
        throw this.refusals.for(decision);
    }
  }
}
