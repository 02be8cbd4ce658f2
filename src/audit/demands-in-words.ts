import type { GuardedRoute } from '../access/guarded-route.js';
import type { RouteRule } from '../access/route-rule.js';
import type { AccessRule } from '../policy/access-rule.js';
import type { Demand } from '../policy/demand.js';

/** What a route demands beyond a session, in the words of `@RequireSession()`, in the order in which it is checked. */
export function demandsInWords({ rule, live, predicate }: RouteRule): readonly string[] {
  return [
    ...(live ? ['live'] : []),
    ...demandsOf(rule).map(inWords),
    ...(predicate === undefined ? [] : ['predicate']),
  ];
}

/** Whose tokens a route accepts, where it is not sessions alone. */
export function tokensInWords(accepted: GuardedRoute['accepted']): readonly string[] {
  const isUsual = accepted.every((type) => type === 'session_token');
  return isUsual ? [] : [`accepts ${accepted.join(' or ')}`];
}

function demandsOf(rule: AccessRule): readonly Demand[] {
  return rule.kind === 'required' ? rule.demands : [];
}

/** One demand, such as `role org:admin or org:owner`. */
export function inWords(demand: Demand): string {
  switch (demand.kind) {
    case 'organization':
      return demand.from === undefined
        ? 'organization'
        : `organization of ${demand.from.place} ${demand.from.name}`;
    case 'role':
    case 'permission':
    case 'feature':
    case 'plan':
    case 'scope':
      return `${demand.kind} ${demand.anyOf.join(' or ')}`;
    case 'no_actor':
      return 'no actor';
    case 'reverification':
      return `reverification ${levelInWords(demand.level)}`;
  }
}

type Level = Extract<Demand, { readonly kind: 'reverification' }>['level'];

function levelInWords(level: Level): string {
  if (typeof level === 'string') return level;
  return `${level.level} within ${level.afterMinutes} minutes`;
}
