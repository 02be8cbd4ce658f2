import type { AccessDeniedCode } from '../errors/error-code.js';
import type { AccessRule } from './access-rule.js';
import type { Demand } from './demand.js';
import { isSystemPermission } from './system-permission.js';

/** Who may stand before a rule at all. */
export interface Callers {
  readonly sessions: boolean;
  readonly machines: boolean;
}

/** Every code with which `denialOf` and `machineDenialOf` can refuse one of these callers, in the order of the demands. */
export function possibleDenials(rule: AccessRule, callers: Callers): readonly AccessDeniedCode[] {
  if (rule.kind !== 'required') return [];
  const ofSessions = callers.sessions ? rule.demands.flatMap(codesOf) : [];
  return [...new Set([...ofSessions, ...(callers.machines ? machineCodes(rule) : [])])];
}

/** Whether a caller of a kind can meet a rule at all. */
export function canMeet(rule: AccessRule, caller: keyof Callers): boolean {
  if (rule.kind !== 'required') return true;
  if (caller === 'machines') return rule.machines.kind === 'scoped';
  return rule.demands.every(({ kind }) => kind !== 'scope');
}

function machineCodes({
  machines,
}: Extract<AccessRule, { readonly kind: 'required' }>): readonly AccessDeniedCode[] {
  if (machines.kind === 'refused') return ['machine_not_allowed'];
  return machines.scopes.length > 0 ? ['missing_scope'] : [];
}

function codesOf(demand: Demand): readonly AccessDeniedCode[] {
  switch (demand.kind) {
    case 'organization':
      return demand.from === undefined
        ? ['no_active_organization']
        : ['no_active_organization', 'wrong_organization'];
    case 'role':
      return ['missing_role', 'no_active_organization'];
    case 'permission':
      return demand.anyOf.every(isSystemPermission)
        ? ['system_permission_not_in_token']
        : ['missing_permission', 'no_active_organization'];
    case 'feature':
      return ['missing_feature'];
    case 'plan':
      return ['missing_plan'];
    case 'scope':
      return ['missing_scope'];
    case 'no_actor':
      return ['impersonation_not_allowed'];
    case 'reverification':
      return ['reverification_required'];
  }
}
