import { RequestMethod, type Type } from '@nestjs/common';
import { MetadataScanner, Reflector } from '@nestjs/core';
import { authGuardsOn } from '../access/auth-guard-mark.js';
import { callerParameterOf } from '../access/caller-parameter.js';
import type { RouteRule } from '../access/route-rule.js';
import { writtenWords, type Handler, type WrittenWords } from '../access/written-words.js';

/** One handler of a controller, as its decorators declare it. */
export interface DeclaredRoute {
  readonly controller: Type;
  readonly handler: string;
  readonly method: string;
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

// Nest exports these names by paths that differ between 11 and 12; the names themselves are the same.
const PATH = 'path';
const METHOD = 'method';

const reflector = new Reflector();
const scanner = new MetadataScanner();

/** Every handler that a controller declares or inherits. A method without a path is no route. */
export function declaredRoutesOf(
  controller: Type,
  instance: unknown,
  hasGlobalGuard: boolean,
): DeclaredRoute[] {
  const prototype = controller.prototype as Readonly<Record<string, Handler>>;
  return scanner.getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    if (handler === undefined || pathsOn(handler).length === 0) return [];
    const { route, accepted, promisedBy } = writtenWords(handler, controller);
    // Nest calls the instance's own function where there is one, and asks that one for its guards.
    const called = (instance as typeof prototype | undefined)?.[name] ?? handler;
    return [
      {
        controller,
        handler: name,
        method: RequestMethod[reflector.get<RequestMethod>(METHOD, handler)],
        paths: pathsOf(handler, controller),
        written: route,
        accepted,
        promisedBy,
        isGuarded: hasGlobalGuard || authGuardsOn(called) + authGuardsOn(controller) > 0,
        callerParameter: callerParameterOf(controller, name),
      },
    ];
  });
}

function pathsOf(handler: Handler, controller: Type): readonly string[] {
  return pathsOn(controller).flatMap((start) =>
    pathsOn(handler).map((end) => `/${[...segments(start), ...segments(end)].join('/')}`),
  );
}

function pathsOn(target: Handler | Type): readonly string[] {
  return [reflector.get<string | string[] | undefined>(PATH, target) ?? []].flat();
}

function segments(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}
