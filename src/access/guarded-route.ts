import type { ExecutionContext, Type } from '@nestjs/common';
import { REQUIRED } from '../policy/access-rule.js';
import type { AcceptedTokens } from '../session/accepted-tokens.js';
import { plainRule, type RouteRule } from './route-rule.js';
import { writtenWords, type Handler } from './written-words.js';

/** What the guard reads of a route: its rule, and whose tokens it looks at. */
export interface GuardedRoute extends RouteRule {
  readonly accepted: AcceptedTokens;
  /** Whether its answer is an event stream or a GraphQL subscription, which go on after the guard has said yes. */
  readonly isStream: boolean;
}

/** A guard stands before it, and nothing else is said. */
export const DEFAULT_ROUTE = plainRule(REQUIRED);

/** Nest's mark on a method with `@Sse()`; the same on 11 and 12. */
const SSE = '__sse__';

/** What @nestjs/graphql notes on a resolver: `Query`, `Mutation` or `Subscription`; the same on 11 and 12. */
const RESOLVER_TYPE = 'graphql:resolver_type';

/** Decorators have spoken before the first request, so a route's rule is looked up once. */
const known = new WeakMap<Type, WeakMap<Handler, GuardedRoute>>();

/**
 * What the route demands: the handler's word, else the class's, else a session.
 *
 * @throws ConfigurationError `configuration_invalid`, when nobody can tell
 */
export function readRoute(context: ExecutionContext): GuardedRoute {
  const handler = context.getHandler();
  const controller = context.getClass();
  return known.get(controller)?.get(handler) ?? lookUp(handler, controller);
}

function lookUp(handler: Handler, controller: Type): GuardedRoute {
  const { route = DEFAULT_ROUTE, accepted } = writtenWords(handler, controller);
  const isStream =
    Reflect.getMetadata(SSE, handler) === true ||
    Reflect.getMetadata(RESOLVER_TYPE, handler) === 'Subscription';
  const guarded = { ...route, accepted, isStream };
  const routes = known.get(controller) ?? new WeakMap<Handler, GuardedRoute>();
  routes.set(handler, guarded);
  known.set(controller, routes);
  return guarded;
}
