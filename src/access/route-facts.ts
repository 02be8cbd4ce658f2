import type { ExecutionContext } from '@nestjs/common';
import type { RouteFacts } from '../policy/denial.js';
import { valueIn } from '../transport/value-in.js';
import type { RouteRule } from './route-rule.js';

const NOTHING_ASKED: RouteFacts = {};

/** What the rule needs to know about the request, and no more. */
export function routeFactsOf(route: RouteRule, context: ExecutionContext): RouteFacts {
  if (route.organizationFrom === undefined) return NOTHING_ASKED;
  const { place, name } = route.organizationFrom;
  return { organization: valueIn(context, place === 'slug' ? 'param' : place, name) };
}
