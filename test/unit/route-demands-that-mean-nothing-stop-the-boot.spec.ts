import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, RequireSession } from 'nestjs-clerk-auth';

/** As JavaScript writes it, where no compiler says that a name is misspelled. */
const demand = RequireSession as (requirements: unknown) => unknown;

function problemOf(requirements: unknown): string {
  try {
    demand(requirements);
  } catch (reason) {
    expect(reason).toBeInstanceOf(ConfigurationError);
    const { code, problems } = reason as ConfigurationError;
    expect(code).toBe('configuration_invalid');
    expect(problems).toHaveLength(1);
    return problems[0]!;
  }
  throw new Error('The decorator took it.');
}

const HAS = ['role', 'permission', 'feature', 'plan', 'scope'] as const;

describe('these stop the boot', () => {
  it.each<[string, unknown, RegExp]>([
    ['no demand at all', {}, /nothing with \{\}/],
    ['null', null, /nothing with \{\}/],
    ['a predicate that is undefined', { predicate: undefined }, /function as predicate/],
    ['live as undefined', { live: undefined }, /live: true or false/],
    ['all beside any', { role: { all: ['a'], any: ['b'] } }, /a name, a list of names/],
    ['a list instead of demands', [], /nothing with \{\}/],
    ['a predicate instead of demands', () => true, /nothing with \{\}/],
    ['a class, where the decorator was not called', class {}, /nothing with \{\}/],
    ['a role instead of demands', 'org:admin', /no demand called/],
    ['a misspelled demand', { roles: 'org:admin' }, /no demand called roles: there are .*role/],
    ['a demand in capitals', { Role: 'org:admin' }, /no demand called Role/],
    ['two misspelled demands', { scopes: 'a', roles: 'b' }, /no demand called scopes, roles/],
    ['a misspelled demand beside a good one', { role: 'org:admin', plans: 'x' }, /called plans/],
    ['an organization that is none', { organization: false }, /organization true, or one of/],
    ['an organization of nothing', { organization: undefined }, /organization true, or one of/],
    ['null as organization', { organization: null }, /organization true, or one of/],
    ['an organization by id', { organization: 'org_acme' }, /organization true, or one of/],
    ['no place', { organization: {} }, /organization true, or one of param, slug, query, header/],
    ['an unknown place', { organization: { path: 'orgId' } }, /organization true, or one of/],
    ['a place without name', { organization: { param: '' } }, /organization true, or one of/],
    ['a place with a number', { organization: { param: 1 } }, /organization true, or one of/],
    ['two places', { organization: { param: 'a', query: 'a' } }, /organization true, or one of/],
    ['two places in a list', { organization: ['param', 'a'] }, /organization true, or one of/],
    ['an actor that must be', { actor: true }, /actor only false/],
    ['an actor of nothing', { actor: undefined }, /actor only false/],
    ['an actor of null', { actor: null }, /actor only false/],
    ['an unknown preset', { reverification: 'strictest' }, /reverification one of strict_mfa/],
    ['a preset of every object', { reverification: 'constructor' }, /reverification one of/],
    ['no reverification', { reverification: undefined }, /reverification one of/],
    ['a reverification that is switched on', { reverification: true }, /reverification one of/],
    ['a reverification of nothing', { reverification: {} }, /reverification one of/],
    ['a level alone', { reverification: { level: 'first_factor' } }, /level, afterMinutes/],
    ['minutes alone', { reverification: { afterMinutes: 10 } }, /level, afterMinutes/],
    ...[0, -1, Number.NaN, '10', null].map((afterMinutes): [string, unknown, RegExp] => [
      `${String(afterMinutes)} as minutes`,
      { reverification: { level: 'first_factor', afterMinutes } },
      /level, afterMinutes/,
    ]),
    [
      'an unknown level',
      { reverification: { level: 'third_factor', afterMinutes: 10 } },
      /level, afterMinutes/,
    ],
    ['live in words', { live: 'yes' }, /live: true or false/],
    ['live as null', { live: null }, /live: true or false/],
    ['a predicate that is a value', { predicate: true }, /function as predicate/],
    ['a predicate that is null', { predicate: null }, /function as predicate/],
    ['a predicate by name', { predicate: 'isOwner' }, /function as predicate/],
  ])('%s', (_, requirements, problem) => {
    expect(problemOf(requirements)).toMatch(problem);
  });

  describe.each(HAS)('%s', (kind) => {
    it.each<[string, unknown]>([
      ['an empty name', ''],
      ['nothing', undefined],
      ['null', null],
      ['a number', 1],
      ['a truth', true],
      ['a pattern', /admin/],
      ['an empty list', []],
      ['a list with nothing in it', [undefined]],
      ['a list with an empty name', ['org:admin', '']],
      ['a list with a hole', Array.from({ length: 2, 0: 'org:admin' })],
      ['a list in a list', [['org:admin']]],
      ['all of nothing', { all: [] }],
      ['all of one that is no list', { all: 'org:admin' }],
      ['all with an empty name', { all: ['org:admin', ''] }],
      ['any of', { any: ['org:admin'] }],
      ['no word', {}],
    ])('%s', (_, value) => {
      const said = problemOf({ [kind]: value });
      expect(said).toMatch(new RegExp(`takes as ${kind} a name, a list of names, or \\{ all`));
    });
  });
});

describe('these do not', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a role', { role: 'org:admin' }],
    ['a list', { permission: ['org:a:b', 'org:a:c'] }],
    ['all of a list', { feature: { all: ['a', 'b'] } }],
    ['any organization', { organization: true }],
    ['the organization of the route', { organization: { slug: 'slug' } }],
    ['no actor', { actor: false }],
    ['a preset', { reverification: 'strict' }],
    ['a level', { reverification: { level: 'multi_factor', afterMinutes: 0.5 } }],
    ['live', { live: true }],
    ['a predicate', { predicate: () => false }],
  ])('%s', (_, requirements) => {
    expect(demand(requirements)).toBeInstanceOf(Function);
  });
});
