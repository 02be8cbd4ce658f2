import type { CanActivate } from '@nestjs/common';
import { isAuthGuard } from '../../access/auth-guard-mark.js';

/** What to say where a guard runs too late among the global ones; `undefined` where it does not. */
export function orderWarning(guards: readonly CanActivate[], own: CanActivate): string | undefined {
  const at = guards.indexOf(own);
  if (at < 0 || !guards.slice(0, at).some(isAuthGuard)) return undefined;
  return (
    'CallerThrottlerGuard runs after AuthGuard, so that nobody limits whom that refuses, nor what they cost: provide it as ' +
    'the first APP_GUARD. Nest runs those of the AppModule first, then those of its imports, each in the order written.'
  );
}
