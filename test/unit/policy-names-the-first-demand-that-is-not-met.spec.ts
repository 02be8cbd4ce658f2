import { describe, expect, it } from '@jest/globals';
import { AuthorityUnavailable } from '../../src/errors/authority-unavailable.js';
import {
  machineRuleOf,
  MACHINES_REFUSED,
  REQUIRED,
  SESSION_REQUIRED,
  type AccessRule,
} from '../../src/policy/access-rule.js';
import { decide } from '../../src/policy/decide.js';
import type { Demand } from '../../src/policy/demand.js';
import type { RouteFacts } from '../../src/policy/denial.js';
import { isSystemPermission } from '../../src/policy/system-permission.js';
import type { Authentication } from '../../src/session/authentication.js';
import { machineOf } from '../../src/session/machine.js';
import { Session } from '../../src/session/session.js';

const CLAIMS = { sub: 'user_ada', sid: 'sess_ada', exp: 2_000_000_000 };
const ACME = {
  org_id: 'org_acme',
  org_slug: 'acme',
  org_role: 'org:admin',
  org_permissions: ['org:invoices:read'],
};

function sessionWith(claims: object = {}): Authentication {
  return {
    kind: 'authenticated',
    session: Session.fromClaims({ ...CLAIMS, ...claims }),
    live: false,
  };
}

function machineWith(...scopes: string[]): Authentication {
  const machine = machineOf({
    type: 'api_key',
    id: 'ak_1',
    subject: 'user_ada',
    scopes,
    claims: undefined,
    name: undefined,
    clientId: undefined,
    expireAt: undefined,
  });
  return { kind: 'machine', machine };
}

const NOBODY: Authentication = { kind: 'anonymous' };
const EXPIRED: Authentication = { kind: 'rejected', code: 'token_expired' };
const REASON = new AuthorityUnavailable('Clerk is away');
const UNKNOWN: Authentication = { kind: 'unavailable', reason: REASON };

const MAYBE: AccessRule = { kind: 'optional', invalid: 'pass' };
const STRICT_MAYBE: AccessRule = { kind: 'optional', invalid: 'reject' };
const OPEN: AccessRule = { kind: 'public' };

const PASS = { kind: 'pass' };

function demanding(...demands: Demand[]): AccessRule {
  return { kind: 'required', demands, machines: machineRuleOf(demands) };
}

function decided(rule: AccessRule, who: Authentication, route: RouteFacts = {}): unknown {
  return decide(rule, who, route);
}

function denied(code: string): object {
  return { kind: 'denied', code };
}

describe('the truth table', () => {
  it.each<[string, AccessRule, Authentication, object]>([
    [
      'required, nobody',
      SESSION_REQUIRED,
      NOBODY,
      { kind: 'unauthenticated', code: 'session_required' },
    ],
    [
      'required, rejected',
      SESSION_REQUIRED,
      EXPIRED,
      { kind: 'unauthenticated', code: 'token_expired' },
    ],
    ['required, unknown', SESSION_REQUIRED, UNKNOWN, { kind: 'unavailable', reason: REASON }],
    ['required, a session', SESSION_REQUIRED, sessionWith(), PASS],
    ['required, a machine', SESSION_REQUIRED, machineWith('a'), denied('machine_not_allowed')],
    ['whoever is accepted, a machine', REQUIRED, machineWith(), PASS],
    ['whoever is accepted, a session', REQUIRED, sessionWith(), PASS],
    [
      'whoever is accepted, nobody',
      REQUIRED,
      NOBODY,
      { kind: 'unauthenticated', code: 'session_required' },
    ],
    ['optional, nobody', MAYBE, NOBODY, PASS],
    ['optional, rejected', MAYBE, EXPIRED, PASS],
    ['optional, unknown', MAYBE, UNKNOWN, { kind: 'pass_unchecked', reason: REASON }],
    ['optional, a session', MAYBE, sessionWith(), PASS],
    ['optional, a machine', MAYBE, machineWith(), PASS],
    ['optional but true, nobody', STRICT_MAYBE, NOBODY, PASS],
    [
      'optional but true, rejected',
      STRICT_MAYBE,
      EXPIRED,
      { kind: 'unauthenticated', code: 'token_expired' },
    ],
    [
      'optional but true, unknown',
      STRICT_MAYBE,
      UNKNOWN,
      { kind: 'pass_unchecked', reason: REASON },
    ],
    ['public, nobody', OPEN, NOBODY, PASS],
    ['public, rejected', OPEN, EXPIRED, PASS],
    ['public, unknown', OPEN, UNKNOWN, PASS],
    ['public, a session', OPEN, sessionWith(), PASS],
    ['public, a machine', OPEN, machineWith(), PASS],
  ])('%s', (_name, rule, who, decision) => {
    expect(decided(rule, who)).toEqual(decision);
  });

  it('is given these two rules: a session, or whoever is accepted, and no more than that', () => {
    const plain = { kind: 'required', demands: [] };
    expect(SESSION_REQUIRED).toEqual({ ...plain, machines: { kind: 'refused' } });
    expect(REQUIRED).toEqual({ ...plain, machines: { kind: 'scoped', scopes: [] } });
  });

  it('asks nobody for a session where only machines may come in', () => {
    const token = { kind: 'unauthenticated', code: 'token_required' };
    expect(decided(REQUIRED, NOBODY, { machinesOnly: true })).toEqual(token);
    const session = { kind: 'unauthenticated', code: 'session_required' };
    expect(decided(REQUIRED, NOBODY, { machinesOnly: false })).toEqual(session);
  });
});

describe('a demand that is met passes, one that is not has its code', () => {
  const member = sessionWith(ACME);
  const personal = sessionWith();
  const entitled = sessionWith({ fea: 'u:reports', pla: 'u:pro' });

  it.each<[Demand, Authentication, Authentication, string]>([
    [{ kind: 'organization' }, member, personal, 'no_active_organization'],
    [{ kind: 'role', anyOf: ['org:admin'] }, member, personal, 'no_active_organization'],
    [
      { kind: 'role', anyOf: ['org:admin'] },
      member,
      sessionWith({ ...ACME, org_role: 'org:member' }),
      'missing_role',
    ],
    [
      { kind: 'permission', anyOf: ['org:invoices:read'] },
      member,
      personal,
      'no_active_organization',
    ],
    [
      { kind: 'permission', anyOf: ['org:invoices:read'] },
      member,
      sessionWith({ ...ACME, org_permissions: [] }),
      'missing_permission',
    ],
    [{ kind: 'feature', anyOf: ['reports'] }, entitled, personal, 'missing_feature'],
    [{ kind: 'plan', anyOf: ['pro'] }, entitled, personal, 'missing_plan'],
    [
      { kind: 'no_actor' },
      personal,
      sessionWith({ act: { sub: 'user_eve' } }),
      'impersonation_not_allowed',
    ],
    [{ kind: 'scope', anyOf: ['read'] }, machineWith('read'), personal, 'missing_scope'],
    [
      { kind: 'scope', anyOf: ['read'] },
      machineWith('read'),
      machineWith('write'),
      'missing_scope',
    ],
  ])('%j', (demand, good, bad, code) => {
    expect(decided(demanding(demand), good)).toEqual(PASS);
    expect(decided(demanding(demand), bad)).toEqual(denied(code));
  });

  it('reverification, whose denial says what must be proved', () => {
    const strict = demanding({ kind: 'reverification', level: 'strict' });
    expect(decided(strict, sessionWith({ fva: [1, 1] }))).toEqual(PASS);
    expect(decided(strict, sessionWith({ fva: [99, 99] }))).toEqual({
      kind: 'denied',
      code: 'reverification_required',
      reverification: 'strict',
    });
  });

  it.each([
    ['role', 'org:admin', 'missing_role'],
    ['permission', 'org:invoices:read', 'missing_permission'],
  ] as const)('one %s of a list will do, none of it will not', (kind, own, code) => {
    expect(decided(demanding({ kind, anyOf: ['org:other', own] }), member)).toEqual(PASS);
    expect(decided(demanding({ kind, anyOf: ['org:other'] }), member)).toEqual(denied(code));
  });

  it('the first one that is not met gives its code, and a later one counts too', () => {
    const both: Demand[] = [
      { kind: 'plan', anyOf: ['pro'] },
      { kind: 'feature', anyOf: ['reports'] },
    ];
    expect(decided(demanding(...both), entitled)).toEqual(PASS);
    expect(decided(demanding(...both), personal)).toEqual(denied('missing_plan'));
    expect(decided(demanding(...both), sessionWith({ pla: 'u:pro' }))).toEqual(
      denied('missing_feature'),
    );
  });
});

describe('the organization that the request names', () => {
  const byId = demanding({ kind: 'organization', from: { place: 'param', name: 'orgId' } });
  const bySlug = demanding({ kind: 'organization', from: { place: 'slug', name: 'org' } });

  it('must be the active one, by id', () => {
    expect(decided(byId, sessionWith(ACME), { organizationAt: () => 'org_acme' })).toEqual(PASS);
    for (const organization of ['org_other', 'acme', '', undefined]) {
      expect(decided(byId, sessionWith(ACME), { organizationAt: () => organization })).toEqual(
        denied('wrong_organization'),
      );
    }
    const nobodys = decided(byId, sessionWith(), { organizationAt: () => 'org_acme' });
    expect(nobodys).toEqual(denied('no_active_organization'));
  });

  it('must be the active one, by slug', () => {
    expect(decided(bySlug, sessionWith(ACME), { organizationAt: () => 'acme' })).toEqual(PASS);
    for (const organization of ['org_acme', 'other', undefined]) {
      expect(decided(bySlug, sessionWith(ACME), { organizationAt: () => organization })).toEqual(
        denied('wrong_organization'),
      );
    }
  });

  it('is none where neither the session nor the request knows a slug', () => {
    const nameless = sessionWith({ org_id: 'org_acme', org_role: 'org:admin' });
    expect(decided(bySlug, nameless, {})).toEqual(denied('wrong_organization'));
    expect(decided(demanding({ kind: 'organization' }), nameless)).toEqual(PASS);
  });
});

describe('permissions of Clerk itself', () => {
  const member = sessionWith(ACME);
  const manage = 'org:sys_memberships:manage';

  it('are told apart, because no token bears them', () => {
    const demand = demanding({ kind: 'permission', anyOf: [manage] });
    expect(decided(demand, member)).toEqual(denied('system_permission_not_in_token'));
  });

  it('are not to blame where another permission would have done', () => {
    const demand = demanding({ kind: 'permission', anyOf: [manage, 'org:x:y'] });
    expect(decided(demand, member)).toEqual(denied('missing_permission'));
    const granted = demanding({ kind: 'permission', anyOf: [manage, 'org:invoices:read'] });
    expect(decided(granted, member)).toEqual(PASS);
  });

  it.each([manage, 'sys_memberships:read', 'org:org:sys_x'])('%s is one', (permission) => {
    expect(isSystemPermission(permission)).toBe(true);
  });

  it.each([
    'org:invoices:read',
    'org:systems:read',
    'org:my_sys_x',
    'my:org:sys_x',
    'memberships:org:sys_x',
  ])('%s is none', (permission) => {
    expect(isSystemPermission(permission)).toBe(false);
  });
});

describe('what machines may do', () => {
  it('is said by scopes alone: any other demand refuses them', () => {
    const scope: Demand = { kind: 'scope', anyOf: ['read'] };
    expect(machineRuleOf([scope])).toEqual({ kind: 'scoped', scopes: [['read']] });
    expect(machineRuleOf([scope, { kind: 'no_actor' }])).toBe(MACHINES_REFUSED);
    expect(machineRuleOf([{ kind: 'organization' }])).toBe(MACHINES_REFUSED);
    expect(machineRuleOf([])).toBe(MACHINES_REFUSED);
  });

  it('takes one scope of each list', () => {
    const rule = demanding(
      { kind: 'scope', anyOf: ['read', 'write'] },
      { kind: 'scope', anyOf: ['users'] },
    );
    expect(decided(rule, machineWith('write', 'users'))).toEqual(PASS);
    expect(decided(rule, machineWith('write'))).toEqual(denied('missing_scope'));
    expect(decided(rule, machineWith('users'))).toEqual(denied('missing_scope'));
    expect(decided(rule, machineWith())).toEqual(denied('missing_scope'));
  });
});
