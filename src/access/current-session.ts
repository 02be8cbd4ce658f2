import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ConfigurationError } from '../errors/configuration-error.js';
import { readSettledSlot } from '../session/request-slot.js';
import type { Session } from '../session/session.js';
import { sessionOn } from '../session/session-on.js';
import { carrierOfContext, routeOf } from '../transport/incoming-request-of.js';
import { noteSessionParameter } from './session-parameter.js';

/** What `@CurrentSession()` can pick out. */
export type SessionProperty = Exclude<keyof Session, 'has'>;

/**
 * The session that the guard proved, or `null` on a route where it is optional; `@CurrentSession('userId')` gives
 * one property of it.
 *
 * @example me(@CurrentSession() session: Session) { return session.userId; }
 * @throws ConfigurationError `guard_missing`, naming controller and handler, when no guard has looked at the request
 */
export const CurrentSession = createParamDecorator(
  (property: SessionProperty | undefined, context: ExecutionContext): unknown => {
    const carrier = carrierOfContext(context);
    if (readSettledSlot(carrier) === undefined) throw guardMissing(context);
    const session = sessionOn(carrier);
    return property === undefined || session === null ? session : session[property];
  },
  [noteSessionParameter],
);

function guardMissing(context: ExecutionContext): ConfigurationError {
  const problem =
    `${routeOf(context)} takes @CurrentSession(), but no guard has looked at the request: add @RequireSession() or ` +
    '@OptionalSession() (on a @Public() route the guard does not look either).';
  return new ConfigurationError([problem], 'guard_missing');
}
