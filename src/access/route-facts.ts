import type { ExecutionContext } from '@nestjs/common';
import type { RouteFacts } from '../policy/denial.js';
import { valueIn } from '../transport/value-in.js';
import type { GuardedRoute } from './guarded-route.js';

const NOTHING_ASKED: RouteFacts = {};
const MACHINES_ONLY: RouteFacts = { machinesOnly: true };

/** What the rule needs to know about the request, and no more. */
export function routeFactsOf(route: GuardedRoute, context: ExecutionContext): RouteFacts {
  if (!route.accepted.includes('session_token')) return MACHINES_ONLY;
  if (route.organizationFrom.length === 0) return NOTHING_ASKED;
  return {
    organizationAt: ({ place, name }) => valueIn(context, place === 'slug' ? 'param' : place, name),
  };
}
