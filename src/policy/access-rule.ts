import type { Demand } from './demand.js';

/** What a route demands. */
export type AccessRule =
  /**
   * A session that meets the demands; the default, without any, wherever a guard stands. Or a machine, where the route
   * accepts machines and demands no session.
   */
  | {
      readonly kind: 'required';
      readonly demands: readonly Demand[];
      readonly machines: MachineRule;
    }
  /** A session or none; `invalid` says what becomes of a credential that does not hold. */
  | { readonly kind: 'optional'; readonly invalid: 'pass' | 'reject' }
  /** Nothing: the guard does no work at all. */
  | { readonly kind: 'public' };

/** What a machine that the route accepts must have. */
export type MachineRule =
  /** The route demands a session, and a machine has none. */
  | { readonly kind: 'refused' }
  /** Of every list one scope at the least; no list demands nothing. */
  | { readonly kind: 'scoped'; readonly scopes: readonly (readonly string[])[] };

/** The rule of a guarded route that says nothing: whoever it accepts may come in, and it accepts sessions only. */
export const REQUIRED: AccessRule = {
  kind: 'required',
  demands: [],
  machines: { kind: 'scoped', scopes: [] },
};

export const MACHINES_REFUSED: MachineRule = { kind: 'refused' };

/** The rule of a route that demands a session, and no more than that. */
export const SESSION_REQUIRED: AccessRule = {
  kind: 'required',
  demands: [],
  machines: MACHINES_REFUSED,
};

/** Scopes are the only thing that machines have; everything else can be demanded of sessions alone. */
export function machineRuleOf(demands: readonly Demand[]): MachineRule {
  const scopes = demands.flatMap((demand) => (demand.kind === 'scope' ? [demand.anyOf] : []));
  return scopes.length > 0 && scopes.length === demands.length
    ? { kind: 'scoped', scopes }
    : MACHINES_REFUSED;
}
