import type { Type } from '@nestjs/common';

/** Fixed, so that two copies of this package agree. */
const NOTE = 'nestjs-clerk-auth:caller-parameter';

/** Where compilers with `emitDecoratorMetadata` note the declared types; before any parameter decorator runs. */
const PARAMETER_TYPES = 'design:paramtypes';

/**
 * Notes that one of the handler's parameters is the caller, and by which decorator. On the class, where Nest keeps its
 * own note of it: a decorator that replaces the handler's function takes the guard with it, but not the parameter.
 */
export function noteCallerParameter(decorator: string): ParameterDecorator {
  return (prototype, handler, at) => {
    if (handler === undefined) return;
    Reflect.defineMetadata(NOTE, decorator, prototype.constructor, handler);
    hideType(prototype, handler, at);
  };
}

/**
 * A `ValidationPipe` with `validateCustomDecorators` builds an object of the parameter's declared class and strips what
 * that class does not declare. The caller was proved and is nobody's input: declared as `Object`, it is left alone.
 */
function hideType(prototype: object, handler: string | symbol, at: number): void {
  const types = Reflect.getOwnMetadata(PARAMETER_TYPES, prototype, handler) as unknown;
  if (!Array.isArray(types)) return;
  Reflect.defineMetadata(PARAMETER_TYPES, types.with(at, Object), prototype, handler);
}

/** The decorator that makes one of the handler's parameters the caller, if there is one; also in a base class. */
export function callerParameterOf(controller: Type, handler: string): string | undefined {
  return Reflect.getMetadata(NOTE, controller, handler) as string | undefined;
}
