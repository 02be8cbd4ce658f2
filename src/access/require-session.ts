import { applyDecorators, UseGuards } from '@nestjs/common';
import { machineRuleOf, MACHINES_REFUSED, SESSION_REQUIRED } from '../policy/access-rule.js';
import { AuthGuard } from './auth-guard.js';
import { readRequirements } from './read-requirements.js';
import type { RouteRequirements } from './route-requirements.js';
import { plainRule, RouteRuleNote, type RouteRule } from './route-rule.js';

/**
 * This handler, or every handler of this class, runs with a session only, and only with one that meets the
 * requirements: otherwise 401 or 403, and it is never called. Brings the guard; beside a global guard nothing is
 * verified twice. On a handler it replaces whatever the class says.
 *
 * @example
 * ```ts
 * @RequireSession()
 * @RequireSession({ role: 'org:admin' })
 * @RequireSession({ organization: { param: 'orgId' }, permission: ['org:invoices:read', 'org:invoices:create'] })
 * const AdminOnly = () => RequireSession({ role: 'org:admin', reverification: 'strict' });
 * ```
 * @throws ConfigurationError `configuration_invalid`, when the file loads, for `{}` and for demands that do not exist
 */
export function RequireSession(requirements?: RouteRequirements): ClassDecorator & MethodDecorator {
  const rule = requirements === undefined ? plainRule(SESSION_REQUIRED) : ruleOf(requirements);
  return applyDecorators(RouteRuleNote(rule), UseGuards(AuthGuard));
}

function ruleOf(requirements: RouteRequirements): RouteRule {
  const demands = readRequirements(requirements);
  const isForMachines = requirements.live === undefined && requirements.predicate === undefined;
  const organization = demands.find((demand) => demand.kind === 'organization');
  return {
    rule: {
      kind: 'required',
      demands,
      machines: isForMachines ? machineRuleOf(demands) : MACHINES_REFUSED,
    },
    live: requirements.live ?? false,
    predicate: requirements.predicate,
    organizationFrom: organization?.from,
  };
}
