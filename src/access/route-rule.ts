import type { ExecutionContext, Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { REQUIRED, type AccessRule } from '../policy/access-rule.js';

/** Notes on a handler or class what it demands. The fixed key lets two copies of this package agree. */
export const RouteRule = Reflector.createDecorator<AccessRule>({
  key: 'nestjs-clerk-auth:access-rule',
});

type Handler = ReturnType<ExecutionContext['getHandler']>;

const reflector = new Reflector();

/** Decorators have spoken before the first request, so a route's rule is looked up once. */
const known = new WeakMap<Type, WeakMap<Handler, AccessRule>>();

/** What the route demands: the handler's word, else the class's, else a session. */
export function readRule(context: ExecutionContext): AccessRule {
  const handler = context.getHandler();
  const controller = context.getClass();
  return known.get(controller)?.get(handler) ?? lookUp(handler, controller);
}

function lookUp(handler: Handler, controller: Type): AccessRule {
  const written = reflector.getAllAndOverride<AccessRule | undefined>(RouteRule.KEY, [
    handler,
    controller,
  ]);
  const rules = known.get(controller) ?? new WeakMap<Handler, AccessRule>();
  rules.set(handler, written ?? REQUIRED);
  known.set(controller, rules);
  return written ?? REQUIRED;
}
