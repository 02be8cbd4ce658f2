import type { DeclaredRoute } from './declared-route.js';
import { routeName } from './route-name.js';

/**
 * Which mistakes stop the boot. A guard that a decorator promised and that was lost always does; `error` adds callers that
 * no guard knows, `strict` adds silence about protection.
 */
export type AuditedMistakes = 'lost' | 'error' | 'strict';

/** What is wrong with a route's protection, and what to do; `undefined` when nothing is. */
export function mistakeIn(route: DeclaredRoute, audited: AuditedMistakes): string | undefined {
  const mistake =
    lostGuard(route) ??
    (audited === 'lost' ? undefined : unknownCaller(route)) ??
    (audited === 'strict' ? silence(route) : undefined);
  return mistake === undefined ? undefined : `${routeName(route)} ${mistake}`;
}

function lostGuard({ isGuarded, promisedBy }: DeclaredRoute): string | undefined {
  if (isGuarded || promisedBy === undefined) return undefined;
  // Only a decorator that replaces the function, or Nest's notes on it, can part the two.
  return (
    `says ${promisedBy}, but its guard is lost: write that above every decorator that replaces the ` +
    'handler, or register AuthGuard as APP_GUARD.'
  );
}

function unknownCaller(route: DeclaredRoute): string | undefined {
  const { written, isGuarded, callerParameter } = route;
  const isPublic = written?.rule.kind === 'public';
  if (callerParameter !== undefined && isPublic) {
    return `takes ${callerParameter}, but is @Public(), where the guard does not look: write @OptionalSession() instead.`;
  }
  if (isGuarded || isPublic || callerParameter === undefined) return undefined;
  return `takes ${callerParameter}, but no AuthGuard reaches it: add @RequireSession() or @OptionalSession().`;
}

function silence({ written, isGuarded }: DeclaredRoute): string | undefined {
  if (isGuarded || written?.rule.kind === 'public') return undefined;
  return 'is neither guarded nor @Public(): add @RequireSession(), @OptionalSession() or @Public().';
}
