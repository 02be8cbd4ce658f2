import type { Demand } from './demand.js';

/** What a route demands. */
export type AccessRule =
  /** A session that meets the demands; the default, without any, wherever a guard stands. */
  | { readonly kind: 'required'; readonly demands: readonly Demand[] }
  /** A session or none; `invalid` says what becomes of a credential that does not hold. */
  | { readonly kind: 'optional'; readonly invalid: 'pass' | 'reject' }
  /** Nothing: the guard does no work at all. */
  | { readonly kind: 'public' };

/** The rule of a guarded route that says nothing. */
export const REQUIRED: AccessRule = { kind: 'required', demands: [] };
