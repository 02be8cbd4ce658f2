import { DEFAULT_ROUTE } from '../access/guarded-route.js';
import type { DeclaredRoute } from './declared-route.js';
import { demandsInWords, tokensInWords } from './demands-in-words.js';

/** What a caller must have to reach a handler. */
export type Protection =
  /** A session that meets all demands, each in words such as `role org:admin`; none means any session. Machines come in only where `accepts …` says so. */
  | { readonly kind: 'required'; readonly demands: readonly string[] }
  /** The guard looks, and lets callers without a session through. */
  | { readonly kind: 'optional' }
  /** Marked with `@Public()`. */
  | { readonly kind: 'public' }
  /** No `AuthGuard` reaches it. Guards of others may; nobody looks into them. */
  | { readonly kind: 'unguarded' };

/** What protects a route: `AuthGuard` where one runs, by what is written on the route. */
export function protectionOf({ written, isGuarded, accepted }: DeclaredRoute): Protection {
  const route = written ?? DEFAULT_ROUTE;
  if (route.rule.kind === 'public') return { kind: 'public' };
  if (!isGuarded) return { kind: 'unguarded' };
  if (route.rule.kind === 'optional') return { kind: 'optional' };
  return { kind: 'required', demands: [...tokensInWords(accepted), ...demandsInWords(route)] };
}
