import type { ExecutionContext, Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { REQUIRED, type AccessRule } from '../policy/access-rule.js';
import type { OrganizationSource } from '../policy/demand.js';
import type { SessionPredicate } from './route-requirements.js';

/** What a route says: its rule, and what the guard has to do for it. */
export interface RouteRule {
  readonly rule: AccessRule;
  /** Whether Clerk must confirm that the session is still active. */
  readonly live: boolean;
  readonly predicate: SessionPredicate | undefined;
  /** Where the request names its organisation, if the rule asks for it. */
  readonly organizationFrom: OrganizationSource | undefined;
}

/** Notes on a handler or class what it demands. The fixed key lets two copies of this package agree. */
export const RouteRuleNote = Reflector.createDecorator<RouteRule>({
  key: 'nestjs-clerk-auth:access-rule',
});

/** A route that says no more than its rule. */
export function plainRule(rule: AccessRule): RouteRule {
  return { rule, live: false, predicate: undefined, organizationFrom: undefined };
}

type Handler = ReturnType<ExecutionContext['getHandler']>;

const DEFAULT = plainRule(REQUIRED);
const reflector = new Reflector();

/** Decorators have spoken before the first request, so a route's rule is looked up once. */
const known = new WeakMap<Type, WeakMap<Handler, RouteRule>>();

/** What the route demands: the handler's word, else the class's, else a session. */
export function readRule(context: ExecutionContext): RouteRule {
  const handler = context.getHandler();
  const controller = context.getClass();
  return known.get(controller)?.get(handler) ?? lookUp(handler, controller);
}

/** What was written on the handler, else on its class, if anything was. */
export function writtenRule(handler: Handler, controller: Type): RouteRule | undefined {
  return reflector.getAllAndOverride<RouteRule | undefined>(RouteRuleNote.KEY, [
    handler,
    controller,
  ]);
}

function lookUp(handler: Handler, controller: Type): RouteRule {
  const written = writtenRule(handler, controller);
  const rules = known.get(controller) ?? new WeakMap<Handler, RouteRule>();
  rules.set(handler, written ?? DEFAULT);
  known.set(controller, rules);
  return written ?? DEFAULT;
}
