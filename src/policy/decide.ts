import type { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { UnauthenticatedCode } from '../errors/error-code.js';
import type { Authentication } from '../session/authentication.js';
import type { Machine } from '../session/machine.js';
import type { Session } from '../session/session.js';
import type { AccessRule } from './access-rule.js';
import { denialOf, machineDenialOf, type Denial, type RouteFacts } from './denial.js';

/** May they? */
export type Decision =
  | { readonly kind: 'pass' }
  /** Passes without a session because nobody could say whether there is one: worth a warning. */
  | { readonly kind: 'pass_unchecked'; readonly reason: AuthorityUnavailable }
  | { readonly kind: 'unauthenticated'; readonly code: UnauthenticatedCode }
  | Denial
  | { readonly kind: 'unavailable'; readonly reason: AuthorityUnavailable };

const PASS: Decision = { kind: 'pass' };

/** The truth table of `docs/architecture.md`: a rule, an outcome and the route's facts in, a decision out, nothing else. */
export function decide(
  rule: AccessRule,
  authentication: Authentication,
  route: RouteFacts,
): Decision {
  if (rule.kind === 'public') return PASS;
  switch (authentication.kind) {
    case 'authenticated':
      return decideForSession(rule, authentication.session, route);
    case 'machine':
      return decideForMachine(rule, authentication.machine);
    case 'anonymous':
      return rule.kind === 'optional'
        ? PASS
        : { kind: 'unauthenticated', code: codeForNobody(route) };
    // 403, not 401: a front end would fetch a new token and try again for ever. Optional routes refuse as well.
    case 'cross_site':
      return { kind: 'denied', code: authentication.code };
    case 'rejected':
      return passesInvalid(rule) ? PASS : { kind: 'unauthenticated', code: authentication.code };
    case 'unavailable':
      return rule.kind === 'optional'
        ? { kind: 'pass_unchecked', reason: authentication.reason }
        : { kind: 'unavailable', reason: authentication.reason };
  }
}

function codeForNobody({ machinesOnly = false }: RouteFacts): UnauthenticatedCode {
  return machinesOnly ? 'token_required' : 'session_required';
}

function decideForSession(rule: AccessRule, session: Session, route: RouteFacts): Decision {
  if (rule.kind !== 'required') return PASS;
  return denialOf(rule.demands, session, route) ?? PASS;
}

function decideForMachine(rule: AccessRule, machine: Machine): Decision {
  if (rule.kind !== 'required') return PASS;
  return machineDenialOf(rule.machines, machine) ?? PASS;
}

function passesInvalid(rule: AccessRule): boolean {
  return rule.kind === 'optional' && rule.invalid === 'pass';
}
