import type { ExecutionContext } from '@nestjs/common';
import { ConfigurationError } from '../errors/configuration-error.js';
import { readSettledSlot } from '../session/request-slot.js';
import { carrierOfContext, routeOf } from '../transport/incoming-request-of.js';

/**
 * The carrier of a request that a guard has looked at. Nothing found out is no stranger: a handler must not take it
 * for one.
 *
 * @throws ConfigurationError `guard_missing`
 */
export function assertLooked(context: ExecutionContext, decorator: string): object {
  const carrier = carrierOfContext(context);
  if (readSettledSlot(carrier) !== undefined) return carrier;
  const problem =
    `${routeOf(context)} takes ${decorator}, but no guard has looked at the request: add @RequireSession() or ` +
    '@OptionalSession() (on a @Public() route the guard does not look either).';
  throw new ConfigurationError([problem], 'guard_missing');
}
