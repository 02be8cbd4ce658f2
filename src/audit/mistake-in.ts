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

function lostGuard({ isGuarded, promisedBy, remedy }: DeclaredRoute): string | undefined {
  if (isGuarded || promisedBy === undefined) return undefined;
  return `says ${promisedBy}, but ${remedy}.`;
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

function silence({ kind, written, isGuarded, remedy }: DeclaredRoute): string | undefined {
  if (isGuarded || written?.rule.kind === 'public') return undefined;
  if (kind === 'ws') return `is neither guarded nor @Public(): ${remedy}.`;
  return 'is neither guarded nor @Public(): add @RequireSession(), @OptionalSession() or @Public().';
}
