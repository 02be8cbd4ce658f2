import type { AccessRule } from '../policy/access-rule.js';
import type { DeclaredRoute } from './declared-route.js';
import { routeName } from './route-name.js';

/** Which mistakes stop the boot: promises that no guard keeps, or silence about protection as well. */
export type AuditedMistakes = 'error' | 'strict';

/** What is wrong with a route's protection, and what to do; `undefined` when nothing is. */
export function mistakeIn(route: DeclaredRoute, audited: AuditedMistakes): string | undefined {
  const mistake = brokenPromise(route) ?? (audited === 'strict' ? silence(route) : undefined);
  return mistake === undefined ? undefined : `${routeName(route)} ${mistake}`;
}

function brokenPromise({ written, isGuarded, callerParameter }: DeclaredRoute): string | undefined {
  const isPublic = written?.rule.kind === 'public';
  if (callerParameter !== undefined && isPublic) {
    return `takes ${callerParameter}, but is @Public(), where the guard does not look: write @OptionalSession() instead.`;
  }
  if (isGuarded || isPublic) return undefined;
  if (written !== undefined) {
    // Only a decorator that replaces the function, or Nest's notes on it, can part the two.
    return (
      `says ${decoratorOf(written.rule)}, but its guard is lost: write that above every decorator that replaces the ` +
      'handler, or register AuthGuard as APP_GUARD.'
    );
  }
  if (callerParameter === undefined) return undefined;
  return `takes ${callerParameter}, but no AuthGuard reaches it: add @RequireSession() or @OptionalSession().`;
}

function silence({ written, isGuarded }: DeclaredRoute): string | undefined {
  if (isGuarded || written?.rule.kind === 'public') return undefined;
  return 'is neither guarded nor @Public(): add @RequireSession(), @OptionalSession() or @Public().';
}

function decoratorOf(rule: AccessRule): string {
  return rule.kind === 'optional' ? '@OptionalSession()' : '@RequireSession()';
}
