import { applyDecorators, UseGuards } from '@nestjs/common';
import { REQUIRED } from '../policy/access-rule.js';
import { AuthGuard } from './auth-guard.js';
import { RouteRule } from './route-rule.js';

/**
 * This handler, or every handler of this class, runs with a session only: otherwise 401, and it is never called.
 * Brings the guard; beside a global guard nothing is verified twice. On a handler it outranks `@OptionalSession()`
 * and `@Public()` on the class.
 */
export function RequireSession(): ClassDecorator & MethodDecorator {
  return applyDecorators(RouteRule(REQUIRED), UseGuards(AuthGuard));
}
