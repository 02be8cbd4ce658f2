import type { AccessRule } from '../policy/access-rule.js';
import type { OrganizationSource } from '../policy/demand.js';
import type { SessionPredicate } from './route-requirements.js';

/** What a route says: its rule, and what the guard has to do for it. */
export interface RouteRule {
  readonly rule: AccessRule;
  /** Whether Clerk must confirm that the session is still active. */
  readonly live: boolean;
  readonly predicate: SessionPredicate | undefined;
  /** Where the request names its organization, if the rule asks for it; the session's must be the one of each place. */
  readonly organizationFrom: readonly OrganizationSource[];
}

/** A route that says no more than its rule. */
export function plainRule(rule: AccessRule): RouteRule {
  return { rule, live: false, predicate: undefined, organizationFrom: [] };
}
