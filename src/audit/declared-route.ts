import { RequestMethod, type Type } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { authGuardsOn } from '../access/auth-guard-mark.js';
import { callerParameterOf } from '../access/caller-parameter.js';
import type { RouteRule } from '../access/route-rule.js';
import { writtenWords, type Handler, type WrittenWords } from '../access/written-words.js';
import { isRoute, methodOf } from './route-paths.js';

/** One handler of a controller, as its decorators declare it. */
export interface DeclaredRoute {
  readonly controller: Type;
  readonly handler: string;
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
  /** The decorator that makes a parameter of it the caller, such as `@CurrentSession()`. */
  readonly callerParameter: string | undefined;
}

const scanner = new MetadataScanner();

/** Every handler that a controller declares or inherits. A method without a path is no route. */
export function declaredRoutesOf(
  controller: Type,
  instance: unknown,
  hasGlobalGuard: boolean,
  pathsOf: (handler: Handler) => readonly string[],
): DeclaredRoute[] {
  const prototype = controller.prototype as Readonly<Record<string, Handler>>;
  return scanner.getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    if (handler === undefined || !isRoute(handler)) return [];
    const { route, accepted, promisedBy } = writtenWords(handler, controller);
    // Nest calls the instance's own function where there is one, and asks that one for its guards.
    const called = (instance as typeof prototype | undefined)?.[name] ?? handler;
    return [
      {
        controller,
        handler: name,
        method: RequestMethod[methodOf(handler)],
        paths: pathsOf(handler),
        written: route,
        accepted,
        promisedBy,
        isGuarded: hasGlobalGuard || authGuardsOn(called) + authGuardsOn(controller) > 0,
        callerParameter: callerParameterOf(controller, name),
      },
    ];
  });
}
