import type { GuardParts } from './guard-parts.js';

/** What a guard of ours was handed: nothing, if Nest did not make it, or makes one for each request. */
export function guardPartsOf(guard: unknown): GuardParts | undefined {
  // The guard may come from another copy of this package, whose private property has the same name.
  return (guard as { readonly guardParts?: GuardParts } | null | undefined)?.guardParts;
}
