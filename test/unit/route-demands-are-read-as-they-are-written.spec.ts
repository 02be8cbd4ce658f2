import { describe, expect, it } from '@jest/globals';
import { readRequirements } from '../../src/access/read-requirements.js';
import type { RouteRequirements } from '../../src/access/route-requirements.js';

describe('the demands of', () => {
  it.each<[RouteRequirements, object[]]>([
    [{ role: 'org:admin' }, [{ kind: 'role', anyOf: ['org:admin'] }]],
    [{ permission: ['a', 'b'] }, [{ kind: 'permission', anyOf: ['a', 'b'] }]],
    [
      { feature: { all: ['a', 'b'] } },
      [
        { kind: 'feature', anyOf: ['a'] },
        { kind: 'feature', anyOf: ['b'] },
      ],
    ],
    [{ plan: 'pro' }, [{ kind: 'plan', anyOf: ['pro'] }]],
    [{ scope: 'read' }, [{ kind: 'scope', anyOf: ['read'] }]],
    [{ organization: true }, [{ kind: 'organization' }]],
    ...(['param', 'slug', 'query', 'header'] as const).map(
      (place): [RouteRequirements, object[]] => [
        { organization: { [place]: 'org' } } as unknown as RouteRequirements,
        [{ kind: 'organization', from: { place, name: 'org' } }],
      ],
    ),
    [{ actor: false }, [{ kind: 'no_actor' }]],
    ...(['strict_mfa', 'strict', 'moderate', 'lax'] as const).map(
      (level): [RouteRequirements, object[]] => [
        { reverification: level },
        [{ kind: 'reverification', level }],
      ],
    ),
    ...(['first_factor', 'second_factor', 'multi_factor'] as const).map(
      (level): [RouteRequirements, object[]] => [
        { reverification: { level, afterMinutes: 1 } },
        [{ kind: 'reverification', level: { level, afterMinutes: 1 } }],
      ],
    ),
    [{ live: true }, []],
    [{ live: false }, []],
    [{ predicate: () => true }, []],
  ])('%j are these: %j', (written, demands) => {
    expect(readRequirements(written)).toEqual(demands);
  });

  it('several things come in the order in which they are checked: step-up last', () => {
    const demands = readRequirements({
      reverification: 'strict',
      actor: false,
      scope: 's',
      plan: 'p',
      feature: 'f',
      permission: 'x',
      role: 'r',
      organization: true,
    });
    expect(demands.map(({ kind }) => kind)).toEqual([
      'organization',
      'role',
      'permission',
      'feature',
      'plan',
      'scope',
      'no_actor',
      'reverification',
    ]);
  });
});

describe('a mistake', () => {
  const mistaken = (written: unknown) => () => readRequirements(written as RouteRequirements);

  it('is told with the words that would have done', () => {
    expect(mistaken({ roles: 'a', plans: 'b' })).toThrow(
      '@RequireSession() has no demand called roles, plans: there are organization, role, permission, ' +
        'feature, plan, scope, actor, reverification, live, predicate.',
    );
    expect(mistaken({ reverification: null })).toThrow(
      '@RequireSession() takes as reverification one of strict_mfa, strict, moderate, lax, or { level, afterMinutes }.',
    );
    expect(mistaken({ organization: null })).toThrow(
      '@RequireSession() takes as organization true, or one of param, slug, query, header with a name.',
    );
  });
});
