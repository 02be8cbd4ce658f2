import type { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { UnauthenticatedCode } from '../errors/error-code.js';
import type { Authentication } from '../session/authentication.js';
import type { AccessRule } from './access-rule.js';

/** May they? */
export type Decision =
  | { readonly kind: 'pass' }
  /** Passes without a session because nobody could say whether there is one: worth a warning. */
  | { readonly kind: 'pass_unchecked'; readonly reason: AuthorityUnavailable }
  | { readonly kind: 'unauthenticated'; readonly code: UnauthenticatedCode }
  | { readonly kind: 'unavailable'; readonly reason: AuthorityUnavailable };

const PASS: Decision = { kind: 'pass' };

/** The truth table of `docs/architecture.md`, section 4: a rule and an outcome in, a decision out, nothing else. */
export function decide(rule: AccessRule, authentication: Authentication): Decision {
  if (rule.kind === 'public') return PASS;
  switch (authentication.kind) {
    case 'authenticated':
      return PASS;
    case 'anonymous':
      return rule.kind === 'optional'
        ? PASS
        : { kind: 'unauthenticated', code: 'session_required' };
    case 'rejected':
      return passesInvalid(rule) ? PASS : { kind: 'unauthenticated', code: authentication.code };
    case 'unavailable':
      return rule.kind === 'optional'
        ? { kind: 'pass_unchecked', reason: authentication.reason }
        : { kind: 'unavailable', reason: authentication.reason };
  }
}

function passesInvalid(rule: AccessRule): boolean {
  return rule.kind === 'optional' && rule.invalid === 'pass';
}
