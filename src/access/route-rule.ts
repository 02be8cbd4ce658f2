import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { REQUIRED, type AccessRule } from '../policy/access-rule.js';

/** Notes on a handler or class what it demands. The fixed key lets two copies of this package agree. */
export const RouteRule = Reflector.createDecorator<AccessRule>({
  key: 'nestjs-clerk-auth:access-rule',
});

const reflector = new Reflector();

/** What the route demands: the handler's word, else the class's, else a session. */
export function readRule(context: ExecutionContext): AccessRule {
  const targets = [context.getHandler(), context.getClass()];
  return reflector.getAllAndOverride<AccessRule | undefined>(RouteRule.KEY, targets) ?? REQUIRED;
}
