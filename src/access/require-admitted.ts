import type { ExecutionContext } from '@nestjs/common';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { Authentication } from '../session/authentication.js';
import { admittedOn } from '../session/request-slot.js';
import { carrierOfContext, routeOf } from '../transport/incoming-request-of.js';
import { readRoute } from './guarded-route.js';

/**
 * Whom a guard let in: what other code asked about the request since makes no difference. Where no guard has looked,
 * the caller is unknown rather than absent, and a handler must not take it for absent.
 *
 * @throws ConfigurationError `guard_missing`
 */
export function requireAdmitted(context: ExecutionContext, decorator: string): Authentication {
  const admitted = admittedOn(carrierOfContext(context));
  if (admitted !== undefined && !isUnseen(context)) return admitted;
  const problem =
    `${routeOf(context)} takes ${decorator}, but no guard has looked at the request: add @RequireSession() or ` +
    '@OptionalSession() (on a @Public() route the guard does not look either).';
  throw new ConfigurationError([problem], 'guard_missing');
}

/** A socket bears for all its messages whom it was let in for; a public handler is one that no guard looks at. */
function isUnseen(context: ExecutionContext): boolean {
  return context.getType<string>() === 'ws' && readRoute(context).rule.kind === 'public';
}
