import { describe, expect, it } from '@jest/globals';
import { machineRuleOf, SESSION_REQUIRED, type AccessRule } from '../../src/policy/access-rule.js';
import type { Demand } from '../../src/policy/demand.js';
import { denialOf, machineDenialOf } from '../../src/policy/denial.js';
import { canMeet, possibleDenials } from '../../src/policy/possible-denials.js';
import { machineOf } from '../../src/session/machine.js';
import { Session } from '../../src/session/session.js';

const CLAIMS = { sub: 'user_ada', sid: 'sess_ada', exp: 2_000_000_000 };
const MEMBER = { org_id: 'org_acme', org_slug: 'acme', org_role: 'org:member' };

/** Whoever may lack something, each in another way. */
const SESSIONS = [
  Session.fromClaims(CLAIMS),
  Session.fromClaims({ ...CLAIMS, ...MEMBER }),
  Session.fromClaims({ ...CLAIMS, ...MEMBER, act: { sub: 'user_eve' }, fva: [99, 99] }),
];
const MACHINE = machineOf({
  type: 'api_key',
  id: 'ak_1',
  subject: 'user_ada',
  scopes: [],
  claims: undefined,
  name: undefined,
  clientId: undefined,
  expireAt: undefined,
});

const DEMANDS: readonly Demand[] = [
  { kind: 'organization' },
  { kind: 'organization', from: { place: 'param', name: 'orgId' } },
  { kind: 'role', anyOf: ['org:admin'] },
  { kind: 'permission', anyOf: ['org:invoices:read'] },
  { kind: 'permission', anyOf: ['org:sys_memberships:manage'] },
  { kind: 'feature', anyOf: ['export'] },
  { kind: 'plan', anyOf: ['gold'] },
  { kind: 'scope', anyOf: ['read'] },
  { kind: 'no_actor' },
  { kind: 'reverification', level: 'strict' },
];

function ruleOf(...demands: readonly Demand[]): Extract<AccessRule, { readonly kind: 'required' }> {
  return { kind: 'required', demands, machines: machineRuleOf(demands) };
}

describe('every code that', () => {
  it.each(DEMANDS)('sessions are refused with for %j is listed, and no other', (demand) => {
    const rule = ruleOf(demand);
    const route = { organizationAt: () => 'org_other' };
    const given = SESSIONS.flatMap((session) => {
      const denial = denialOf(rule.demands, session, route);
      return denial === undefined ? [] : [denial.code];
    });
    const listed = possibleDenials(rule, { sessions: true, machines: false });
    expect([...new Set(given)].sort()).toEqual([...listed].sort());
    expect(listed.length).toBeGreaterThan(0);
  });

  it.each(DEMANDS)('machines are refused with for %j is listed, and no other', (demand) => {
    const rule = ruleOf(demand);
    const denial = machineDenialOf(rule.machines, MACHINE);
    expect(possibleDenials(rule, { sessions: false, machines: true })).toEqual([denial?.code]);
    expect(canMeet(rule, 'machines')).toBe(demand.kind === 'scope');
    expect(canMeet(rule, 'sessions')).toBe(demand.kind !== 'scope');
  });

  it('several demands give is listed once, in their order', () => {
    const rule = ruleOf(
      { kind: 'organization' },
      { kind: 'role', anyOf: ['org:admin'] },
      { kind: 'reverification', level: 'strict' },
    );
    expect(possibleDenials(rule, { sessions: true, machines: true })).toEqual([
      'no_active_organization',
      'missing_role',
      'reverification_required',
      'machine_not_allowed',
    ]);
  });

  it('a rule without demands gives: none', () => {
    const everybody = { sessions: true, machines: false };
    expect(possibleDenials(SESSION_REQUIRED, everybody)).toEqual([]);
    expect(possibleDenials({ kind: 'public' }, everybody)).toEqual([]);
    expect(possibleDenials({ kind: 'optional', invalid: 'reject' }, everybody)).toEqual([]);
  });
});
