import type { Type } from '@nestjs/common';

/** Fixed, so that two copies of this package agree. */
const NOTE = 'nestjs-clerk-auth:session-parameter';

/**
 * Notes that one of the handler's parameters is the session. On the class, where Nest keeps its own note of it: a
 * decorator that replaces the handler's function takes the guard with it, but not the parameter.
 */
export function noteSessionParameter(
  prototype: object,
  handler: string | symbol | undefined,
): void {
  if (handler !== undefined) Reflect.defineMetadata(NOTE, true, prototype.constructor, handler);
}

/** Whether one of the handler's parameters is the session; also one that a base class declares. */
export function hasSessionParameter(controller: Type, handler: string): boolean {
  return Reflect.hasMetadata(NOTE, controller, handler);
}
