import { RequestMethod, type Type } from '@nestjs/common';
import { MetadataScanner, Reflector } from '@nestjs/core';
import {
  acceptedTokens,
  writtenRule,
  type GuardedRoute,
  type RouteRule,
} from '../access/route-rule.js';
import { callerParameterOf } from '../access/caller-parameter.js';
import { isAuthGuard } from './auth-guards.js';

/** One handler of a controller, as its decorators declare it. */
export interface DeclaredRoute {
  readonly controller: Type;
  readonly handler: string;
  readonly method: string;
  readonly paths: readonly string[];
  /** What was written on handler or class, if anything was. */
  readonly written: RouteRule | undefined;
  /** Whose tokens it accepts. */
  readonly accepted: GuardedRoute['accepted'];
  /** Whether an `AuthGuard` runs before it. */
  readonly isGuarded: boolean;
  /** The decorator that makes a parameter of it the caller, such as `@CurrentSession()`. */
  readonly callerParameter: string | undefined;
}

type Handler = Parameters<typeof writtenRule>[0];

// Nest exports these names by paths that differ between 11 and 12; the names themselves are the same.
const GUARDS = '__guards__';
const PATH = 'path';
const METHOD = 'method';

const reflector = new Reflector();
const scanner = new MetadataScanner();

/** Every handler that a controller declares or inherits. A method without a path is no route. */
export function declaredRoutesOf(controller: Type, hasGlobalGuard: boolean): DeclaredRoute[] {
  const prototype = controller.prototype as Readonly<Record<string, Handler>>;
  return scanner.getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    if (handler === undefined || pathsOn(handler).length === 0) return [];
    const isGuarded = hasGlobalGuard || guardsOf(handler, controller).some(isAuthGuard);
    return [
      {
        controller,
        handler: name,
        method: RequestMethod[reflector.get<RequestMethod>(METHOD, handler)],
        paths: pathsOf(handler, controller),
        written: writtenRule(handler, controller),
        accepted: acceptedTokens(handler, controller),
        isGuarded,
        callerParameter: callerParameterOf(controller, name),
      },
    ];
  });
}

function guardsOf(handler: Handler, controller: Type): readonly unknown[] {
  const guards = reflector.getAll<(readonly unknown[] | undefined)[]>(GUARDS, [
    handler,
    controller,
  ]);
  return guards.flatMap((list) => list ?? []);
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
