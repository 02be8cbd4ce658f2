import type { Type } from '@nestjs/common';

/** Fixed, so that two copies of this package agree. */
const NOTE = 'nestjs-clerk-auth:caller-parameter';

/**
 * Notes that one of the handler's parameters is the caller, and by which decorator. On the class, where Nest keeps its
 * own note of it: a decorator that replaces the handler's function takes the guard with it, but not the parameter.
 */
export function noteCallerParameter(decorator: string): ParameterDecorator {
  return (prototype, handler) => {
    if (handler !== undefined) {
      Reflect.defineMetadata(NOTE, decorator, prototype.constructor, handler);
    }
  };
}

/** The decorator that makes one of the handler's parameters the caller, if there is one; also in a base class. */
export function callerParameterOf(controller: Type, handler: string): string | undefined {
  return Reflect.getMetadata(NOTE, controller, handler) as string | undefined;
}
