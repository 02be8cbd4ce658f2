import { applyDecorators, UseGuards } from '@nestjs/common';
import { machineRuleOf, MACHINES_REFUSED, SESSION_REQUIRED } from '../policy/access-rule.js';
import { organizationsIn } from '../policy/demand.js';
import { AuthGuard } from './auth-guard.js';
import { readRequirements } from './read-requirements.js';
import type { RouteRequirements } from './route-requirements.js';
import { plainRule, type RouteRule } from './route-rule.js';
import { writeRule } from './write-word.js';

/**
 * This handler, or every handler of this class, runs with a session only, and only with one that meets the
 * requirements: otherwise 401 or 403, and it is never called. Brings the guard; beside a global guard nothing is
 * verified twice. On a handler it replaces whatever the class says; several on one handler, or on one class, add up.
 *
 * @example
 * ```ts
 * @RequireSession()
 * @RequireSession({ role: 'org:admin' })
 * @RequireSession({ organization: { param: 'orgId' }, permission: ['org:invoices:read', 'org:invoices:create'] })
 * const AdminOnly = () => RequireSession({ role: 'org:admin', reverification: 'strict' });
 * ```
 * @throws ConfigurationError `configuration_invalid`, when the file loads, for `{}`, for demands that do not
 * exist, and beside another word that contradicts it
 */
export function RequireSession(requirements?: RouteRequirements): ClassDecorator & MethodDecorator {
  const route = requirements === undefined ? plainRule(SESSION_REQUIRED) : ruleOf(requirements);
  return applyDecorators(
    writeRule({ decorator: '@RequireSession()', route }),
    UseGuards(AuthGuard),
  );
}

function ruleOf(requirements: RouteRequirements): RouteRule {
  const demands = readRequirements(requirements);
  const isForMachines = requirements.live === undefined && requirements.predicate === undefined;
  return {
    rule: {
      kind: 'required',
      demands,
      machines: isForMachines ? machineRuleOf(demands) : MACHINES_REFUSED,
    },
    live: requirements.live ?? false,
    predicate: requirements.predicate,
    organizationFrom: organizationsIn(demands),
  };
}
