import type { Type } from '@nestjs/common';
import { REQUIRED, type AccessRule } from '../policy/access-rule.js';
import type { AcceptedTokens } from '../session/accepted-tokens.js';
import { plainRule } from './route-rule.js';
import { writtenOnClass } from './written-words.js';

/** What a gateway demands of whoever connects to it. */
export interface GatewayRule {
  readonly rule: AccessRule;
  /** Whether Clerk must confirm that the session is still active. */
  readonly live: boolean;
  /** Whose tokens it accepts. */
  readonly accepted: AcceptedTokens;
}

/** A public gateway lets everybody in, and still looks: its handlers may demand a session. */
const LOOKS_ONLY: AccessRule = { kind: 'optional', invalid: 'pass' };

/**
 * What is written on the class, else a session. A predicate and an organization that the call names are asked for at
 * each message alone: the connection has neither a context nor a place to read one from.
 *
 * @throws ConfigurationError `configuration_invalid`, for words that contradict each other
 */
export function gatewayRuleOf(gateway: Type): GatewayRule {
  const { route = plainRule(REQUIRED), accepted } = writtenOnClass(gateway);
  return { rule: atConnection(route.rule), live: route.live, accepted };
}

function atConnection(rule: AccessRule): AccessRule {
  switch (rule.kind) {
    case 'public':
      return LOOKS_ONLY;
    case 'optional':
      return rule;
    case 'required':
      return { ...rule, demands: rule.demands.map(withoutPlace) };
  }
}

type Demands = Extract<AccessRule, { readonly kind: 'required' }>['demands'];

/** An organization there must be, whichever a message will name. */
function withoutPlace(demand: Demands[number]): Demands[number] {
  return demand.kind === 'organization' ? { kind: 'organization' } : demand;
}
