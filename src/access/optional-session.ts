import { applyDecorators, UseGuards } from '@nestjs/common';
import type { AccessRule } from '../policy/access-rule.js';
import { AuthGuard } from './auth-guard.js';
import { plainRule, RouteRuleNote } from './route-rule.js';

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
 */
export function OptionalSession(
  options: OptionalSessionOptions = {},
): ClassDecorator & MethodDecorator {
  const rule: AccessRule = { kind: 'optional', invalid: options.invalid ?? 'pass' };
  return applyDecorators(RouteRuleNote(plainRule(rule)), UseGuards(AuthGuard));
}
