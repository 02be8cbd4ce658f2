import type { DeclaredRoute } from './declared-route.js';
import { tokensInWords } from './demands-in-words.js';
import { routeName } from './route-name.js';

/** Which mistakes stop the boot: promises that no guard keeps, or silence about protection as well. */
export type AuditedMistakes = 'error' | 'strict';

/** What is wrong with a route's protection, and what to do; `undefined` when nothing is. */
export function mistakeIn(route: DeclaredRoute, audited: AuditedMistakes): string | undefined {
  const mistake = brokenPromise(route) ?? (audited === 'strict' ? silence(route) : undefined);
  return mistake === undefined ? undefined : `${routeName(route)} ${mistake}`;
}

function brokenPromise(route: DeclaredRoute): string | undefined {
  const { written, isGuarded, callerParameter } = route;
  const isPublic = written?.rule.kind === 'public';
  if (callerParameter !== undefined && isPublic) {
    return `takes ${callerParameter}, but is @Public(), where the guard does not look: write @OptionalSession() instead.`;
  }
  if (isGuarded || isPublic) return undefined;
  const decorator = guardingDecorator(route);
  if (decorator !== undefined) {
    // Only a decorator that replaces the function, or Nest's notes on it, can part the two.
    return (
      `says ${decorator}, but its guard is lost: write that above every decorator that replaces the ` +
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

/** A decorator that is written there and would have brought the guard along. */
function guardingDecorator({ written, accepted }: DeclaredRoute): string | undefined {
  if (written === undefined) {
    return tokensInWords(accepted).length > 0 ? '@AcceptTokens()' : undefined;
  }
  return written.rule.kind === 'optional' ? '@OptionalSession()' : '@RequireSession()';
}
