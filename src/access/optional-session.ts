import { applyDecorators, UseGuards } from '@nestjs/common';
import type { AccessRule } from '../policy/access-rule.js';
import { AuthGuard } from './auth-guard.js';
import { plainRule } from './route-rule.js';
import { writeRule } from './write-word.js';

/** How an optional session is read. */
export interface OptionalSessionOptions {
  /**
   * What becomes of a credential that does not hold: the handler runs without a session, or 401.
   * @default 'pass'
   */
  readonly invalid?: 'pass' | 'reject';
}

/**
 * This handler, or every handler of this class, runs with the session or with `null`; also while Clerk cannot be
 * asked. Brings the guard.
 *
 * @throws ConfigurationError `configuration_invalid`, when the file loads, beside another word that contradicts it
 */
export function OptionalSession(
  options: OptionalSessionOptions = {},
): ClassDecorator & MethodDecorator {
  const invalid = options.invalid ?? 'pass';
  const rule: AccessRule = { kind: 'optional', invalid };
  const decorator =
    invalid === 'pass' ? '@OptionalSession()' : "@OptionalSession({ invalid: 'reject' })";
  return applyDecorators(writeRule({ decorator, route: plainRule(rule) }), UseGuards(AuthGuard));
}
