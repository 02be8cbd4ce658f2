import { MACHINES_REFUSED, type AccessRule, type MachineRule } from './access-rule.js';
import type { Demand } from './demand.js';

export type RequiredRule = Extract<AccessRule, { readonly kind: 'required' }>;

/** In the order in which they are checked: step-up comes last, so that nobody is asked to verify for nothing. */
const ORDER: readonly Demand['kind'][] = [
  'organization',
  'role',
  'permission',
  'feature',
  'plan',
  'scope',
  'no_actor',
  'reverification',
];

/** One rule that demands whatever any of these does. */
export function combineRequired(rules: readonly RequiredRule[]): RequiredRule {
  const demands = withoutRepetitions(rules.flatMap((rule) => rule.demands));
  return {
    kind: 'required',
    demands: [...demands].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind)),
    machines: combineMachines(rules.map(({ machines }) => machines)),
  };
}

/** A machine gets past one of several rules only where it gets past all of them. */
function combineMachines(rules: readonly MachineRule[]): MachineRule {
  const scopes = rules.flatMap((rule) => (rule.kind === 'scoped' ? rule.scopes : []));
  return rules.every(({ kind }) => kind === 'scoped')
    ? { kind: 'scoped', scopes }
    : MACHINES_REFUSED;
}

function withoutRepetitions(demands: readonly Demand[]): readonly Demand[] {
  return [...new Map(demands.map((demand) => [JSON.stringify(demand), demand])).values()];
}
