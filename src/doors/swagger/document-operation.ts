import { accessOf } from '../../audit/route-access.js';
import type { DeclaredRoute } from '../../audit/declared-route.js';
import type { AcceptedTokens, TokenType } from '../../credentials/token-type.js';
import type { AccessDeniedCode } from '../../errors/error-code.js';
import type { AccessRule } from '../../policy/access-rule.js';
import { canMeet, possibleDenials } from '../../policy/possible-denials.js';
import { DEFAULT_ROUTE } from '../../access/guarded-route.js';
import type { PlacedOperation, SecurityRequirement } from './open-api.js';
import { refusalResponses } from './refusal-responses.js';
import type { RefusalStyle } from './refusal-style.js';
import { requirementsFor } from './security-schemes.js';

/** Methods that no page of another site can act with. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['get', 'head', 'options']);

/**
 * Writes into an operation what protects its handler. A `security` and a response that are there already were written by
 * the application, and stay.
 */
export function documentOperation(
  { method, operation }: PlacedOperation,
  route: DeclaredRoute,
  style: RefusalStyle,
): void {
  const access = accessOf(route);
  operation['x-clerk'] ??= access;
  const { rule } = route.written ?? DEFAULT_ROUTE;
  const security = operation.security ?? securityOf(rule, access.protection, access.accepts);
  if (security !== undefined) operation.security = security;
  if (access.protection === 'public' || access.protection === 'unguarded') return;
  const refusals = refusalResponses(
    {
      access,
      rejectsInvalid: rule.kind !== 'optional' || rule.invalid === 'reject',
      denials: denialsOf(route, method, style),
    },
    style,
  );
  operation.responses = { ...refusals, ...operation.responses };
}

function securityOf(
  rule: AccessRule,
  protection: string,
  accepted: AcceptedTokens,
): SecurityRequirement[] | undefined {
  switch (protection) {
    case 'required':
      return requirementsFor(waysIn(rule, accepted));
    case 'optional':
      return [...requirementsFor(accepted), {}];
    case 'public':
      // Also takes back what the document demands of all operations.
      return [];
    default:
      return undefined;
  }
}

/** A kind of token that no demand could be met with is no way in; where none is, all that are accepted are told. */
function waysIn(rule: AccessRule, accepted: AcceptedTokens): AcceptedTokens {
  const open = accepted.filter((type) => canMeet(rule, callerOf(type)));
  return open.length > 0 ? open : accepted;
}

function callerOf(type: TokenType): 'sessions' | 'machines' {
  return type === 'session_token' ? 'sessions' : 'machines';
}

function denialsOf(
  { written, accepted }: DeclaredRoute,
  method: string,
  { refusesCrossSite }: RefusalStyle,
): readonly AccessDeniedCode[] {
  const { rule, predicate } = written ?? DEFAULT_ROUTE;
  const sessions = accepted.includes('session_token');
  const machines = accepted.some((type) => type !== 'session_token');
  const isForgeable = sessions && refusesCrossSite && !SAFE_METHODS.has(method);
  return [
    ...possibleDenials(rule, { sessions, machines }),
    ...(predicate === undefined || !sessions ? [] : (['requirement_not_met'] as const)),
    ...(isForgeable ? (['cross_site_request'] as const) : []),
  ];
}
