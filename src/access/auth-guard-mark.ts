import { SetMetadata } from '@nestjs/common';

/** Fixed, so that a guard of another copy of this package is known for what it is. */
const MARK = 'nestjs-clerk-auth:auth-guard';

/** Nest keeps the guards of a handler or class under this key; its own constant stands at paths that differ. */
const GUARDS = '__guards__';

/** Marks a guard class, and with it every subclass, as one that reads the words on a route. */
export const MarkAuthGuard = (): ClassDecorator => SetMetadata(MARK, true);

/** Whether a guard, class or instance as `@UseGuards()` takes them, is `AuthGuard` or a subclass of it. */
export function isAuthGuard(guard: unknown): boolean {
  const type = typeof guard === 'object' && guard !== null ? guard.constructor : guard;
  return typeof type === 'function' && Reflect.getMetadata(MARK, type) === true;
}

/** How many guards of ours stand on a handler or class, those included that a class inherits. */
export function authGuardsOn(target: object): number {
  const guards = Reflect.getMetadata(GUARDS, target) as readonly unknown[] | undefined;
  return guards?.filter(isAuthGuard).length ?? 0;
}
