import type { ExecutionContext } from '@nestjs/common';
import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { UnauthenticatedCode } from '../errors/error-code.js';
import type { Decision } from '../policy/decide.js';
import { isEventHandler } from '../transport/event-handler.js';
import { proposeHeaders } from '../transport/proposed-headers.js';
import { AccessDeniedException } from './access-denied-exception.js';
import { AuthorityUnavailableException } from './authority-unavailable-exception.js';
import { RefusalLog } from './refusal-log.js';
import type { ErrorBody, Refusal } from './refusal.js';
import { UnauthenticatedException } from './unauthenticated-exception.js';
import { withoutStack } from './without-stack.js';

type HttpArgumentsHost = ReturnType<ExecutionContext['switchToHttp']>;

type Denied = Exclude<Decision, { readonly kind: 'pass' | 'pass_unchecked' }>;

/** The only place where refusals are made. */
export class Refusals {
  readonly log = new RefusalLog();
  /** Refusals that a guard made of an event, to which nobody awaits an answer. */
  private readonly ofEvents = new WeakSet<Refusal>();

  constructor(readonly errorBody: ErrorBody) {}

  /** As `for`, told to the log, and with its header fields on the response whoever answers. */
  at(context: ExecutionContext, denied: Denied): Refusal {
    const refusal = this.for(denied);
    this.log.refused(context, refusal);
    if (isEventHandler(context)) this.ofEvents.add(refusal);
    if (context.getType<string>() === 'http') {
      const http: Partial<HttpArgumentsHost> = context.switchToHttp();
      // A context made by hand, as in a unit test of somebody's own guard, may have no response.
      proposeHeaders(http.getResponse?.(), refusal.headers());
    }
    return refusal;
  }

  /** Whether it was made of an event, whatever the message itself says that it is. */
  isOfEvent(refusal: Refusal): boolean {
    return this.ofEvents.has(refusal);
  }

  /** As `for`, told to the log as the refusal of a gateway's connection. */
  atConnection(gateway: string, denied: Denied): Refusal {
    const refusal = this.for(denied);
    this.log.refusedConnection(gateway, refusal);
    return refusal;
  }

  /** The refusal that a decision calls for. */
  for(denied: Denied): Refusal {
    switch (denied.kind) {
      case 'unauthenticated':
        return this.unauthenticated(denied.code);
      case 'denied':
        return withoutStack(
          () => new AccessDeniedException(denied.code, { reverification: denied.reverification }),
        );
      case 'unavailable':
        return this.unavailable(denied.reason);
    }
  }

  unauthenticated(code: UnauthenticatedCode): UnauthenticatedException {
    const { errorBody } = this;
    return withoutStack(() => new UnauthenticatedException(code, { errorBody }));
  }

  unavailable(reason: AuthorityUnavailable): AuthorityUnavailableException {
    const { errorBody } = this;
    return withoutStack(() => new AuthorityUnavailableException(reason, { errorBody }));
  }

  /** What a question of the application's own is to fail with: an outage as the exception that it is, all else as it came. */
  failed(reason: unknown): unknown {
    return reason instanceof AuthorityUnavailable ? this.unavailable(reason) : reason;
  }
}
