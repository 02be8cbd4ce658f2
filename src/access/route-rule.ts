import type { ExecutionContext, Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { SESSIONS_ONLY, type AcceptedTokens } from '../session/accepted-tokens.js';
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

/** Notes on a handler or class which kinds of tokens it accepts. */
export const AcceptedTokensNote = Reflector.createDecorator<AcceptedTokens>({
  key: 'nestjs-clerk-auth:accepted-tokens',
});

/** What the guard reads of a route: its rule, and whose tokens it looks at. */
export interface GuardedRoute extends RouteRule {
  readonly accepted: AcceptedTokens;
}

/** A route that says no more than its rule. */
export function plainRule(rule: AccessRule): RouteRule {
  return { rule, live: false, predicate: undefined, organizationFrom: undefined };
}

type Handler = ReturnType<ExecutionContext['getHandler']>;

const DEFAULT = plainRule(REQUIRED);
const reflector = new Reflector();

/** Decorators have spoken before the first request, so a route's rule is looked up once. */
const known = new WeakMap<Type, WeakMap<Handler, GuardedRoute>>();

/** What the route demands: the handler's word, else the class's, else a session. */
export function readRoute(context: ExecutionContext): GuardedRoute {
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

/** Which kinds of tokens count: the handler's word, else the class's, else sessions only. */
export function acceptedTokens(handler: Handler, controller: Type): AcceptedTokens {
  const written = reflector.getAllAndOverride<AcceptedTokens | undefined>(AcceptedTokensNote.KEY, [
    handler,
    controller,
  ]);
  return written ?? SESSIONS_ONLY;
}

function lookUp(handler: Handler, controller: Type): GuardedRoute {
  const written = writtenRule(handler, controller) ?? DEFAULT;
  const route = { ...written, accepted: acceptedTokens(handler, controller) };
  const routes = known.get(controller) ?? new WeakMap<Handler, GuardedRoute>();
  routes.set(handler, route);
  known.set(controller, routes);
  return route;
}
