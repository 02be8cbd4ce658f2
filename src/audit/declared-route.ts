import { RequestMethod, type Type } from '@nestjs/common';
import { authGuardsOn } from '../access/auth-guard-mark.js';
import { callerParameterOf } from '../access/caller-parameter.js';
import { isGated } from '../access/gateway-mark.js';
import type { RouteRule } from '../access/route-rule.js';
import {
  promiseOnHandler,
  writtenWords,
  type Handler,
  type WrittenWords,
} from '../access/written-words.js';
import { entriesOf, methodsOf, type Entry } from './handler-kind.js';
import { isRoute, methodOf } from './route-paths.js';

/** What carries a call. */
export type RouteKind = 'http' | 'graphql' | 'ws' | 'rpc';

/** One handler, as its decorators declare it. */
export interface DeclaredRoute {
  readonly kind: RouteKind;
  readonly controller: Type;
  readonly handler: string;
  /** `undefined` for one that nothing calls. */
  readonly method: string;
  /** Where it is served. */
  readonly paths: readonly string[];
  /** What was written on handler or class, if anything was. */
  readonly written: RouteRule | undefined;
  /** Whose tokens it accepts. */
  readonly accepted: WrittenWords['accepted'];
  /** The decorator that would have brought the guard along, such as `@RequireSession()`. */
  readonly promisedBy: string | undefined;
  /** Whether an `AuthGuard` runs before it. */
  readonly isGuarded: boolean;
  /** What keeps the guard away, and what to do about it, for messages. */
  readonly remedy: string;
  /** The decorator that makes a parameter of it the caller, such as `@CurrentSession()`. */
  readonly callerParameter: string | undefined;
}

/** What guards a handler besides its own decorators. */
export interface Surroundings {
  readonly hasGlobalGuard: boolean;
  /** Whether message handlers are all that this application has: beside HTTP, global guards need not reach them. */
  readonly isMicroservice: boolean;
  readonly areFieldsGuarded: boolean;
}

const LOST =
  'its guard is lost: write that above every decorator that replaces the handler, or register AuthGuard as APP_GUARD';

/** Every handler of a controller that HTTP leads to, inherited ones too. A method without a path is no route. */
export function declaredRoutesOf(
  controller: Type,
  instance: unknown,
  { hasGlobalGuard }: Surroundings,
  pathsOf: (handler: Handler) => readonly string[],
): DeclaredRoute[] {
  return methodsOf(controller).flatMap(([name, handler]) => {
    if (!isRoute(handler)) return [];
    const { route, accepted, promisedBy } = writtenWords(handler, controller);
    return [
      {
        kind: 'http',
        controller,
        handler: name,
        method: RequestMethod[methodOf(handler)],
        paths: pathsOf(handler),
        written: route,
        accepted,
        promisedBy,
        isGuarded: hasGlobalGuard || isGuardedByItself(controller, instance, name, handler),
        remedy: LOST,
        callerParameter: callerParameterOf(controller, name),
      },
    ];
  });
}

/** Every handler of a class that GraphQL, a gateway or a microservice leads to, inherited ones too. */
export function declaredEntriesOf(
  type: Type,
  instance: unknown,
  surroundings: Surroundings,
): DeclaredRoute[] {
  return methodsOf(type).flatMap(([name, handler]) =>
    entriesOf(type, name, handler).map((entry) => {
      const { route, accepted, promisedBy } = writtenWords(handler, type);
      const own = isGuardedByItself(type, instance, name, handler);
      return {
        kind: entry.kind,
        controller: type,
        handler: name,
        method: entry.method,
        paths: entry.names,
        written: route,
        accepted,
        // A class's word is kept at the roots. On a field it would promise what only the option can keep.
        promisedBy: entry.isField ? promiseOnHandler(handler, type) : promisedBy,
        isGuarded: isReached(entry, type, own, surroundings),
        remedy: remedyFor(entry),
        callerParameter: callerParameterOf(type, name),
      };
    }),
  );
}

/** Nest calls the instance's own function where there is one, and asks that one for its guards. */
function isGuardedByItself(type: Type, instance: unknown, name: string, handler: Handler): boolean {
  const called = (instance as Readonly<Record<string, Handler>> | undefined)?.[name] ?? handler;
  return authGuardsOn(called) + authGuardsOn(type) > 0;
}

function isReached(entry: Entry, type: Type, own: boolean, around: Surroundings): boolean {
  switch (entry.kind) {
    case 'graphql':
      return (own || around.hasGlobalGuard) && (!entry.isField || around.areFieldsGuarded);
    case 'ws':
      return isGated(type);
    case 'rpc':
      return own || (around.hasGlobalGuard && around.isMicroservice);
  }
}

function remedyFor({ kind, isField }: Entry): string {
  if (isField) {
    return "guards do not run before fields: set fieldResolverEnhancers: ['guards'] on GraphQLModule";
  }
  if (kind === 'ws') {
    return 'its gateway lets everybody connect: add @GuardConnections() of nestjs-clerk-auth/websockets to the class';
  }
  return LOST;
}
