import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Header,
  Headers,
  Param,
  Query,
  SetMetadata,
  type ExecutionContext,
  type INestApplication,
  type Type,
} from '@nestjs/common';
import {
  ClerkModule,
  CurrentSession,
  RequireSession,
  Session,
  type AccessDeniedCode,
  type Reverification,
  type RouteRequirements,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { askRaw } from '../support/ask-raw.js';
import { memberOfAcme, memberOfAcmeV1, PERSONAL, type Caller } from '../support/caller-claims.js';
import { expectUser } from '../support/expect-answer.js';
import { expectDenied, expectStepUp } from '../support/expect-denied.js';
import { handled } from '../support/probe-controller.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

interface Seen {
  readonly user: string;
}

function seen(session: Session): Seen {
  handled.push('handler');
  return { user: session.userId };
}

/** A demand, with those who meet it and those who do not. */
interface Demanded {
  readonly says: string;
  readonly requirements: RouteRequirements;
  readonly met: readonly (readonly [string, Caller])[];
  readonly unmet: readonly (readonly [string, Caller, AccessDeniedCode])[];
}

const ADMIN = memberOfAcme('admin');
const BASIC = memberOfAcme('member');
const claiming = (claims: Readonly<Record<string, unknown>>): Caller => ({ claims });
const ROLELESS = claiming({ o: { id: 'org_acme', slg: 'acme' } });
const INVOICES = ['org:invoices:read', 'org:invoices:create'] as const;
const LOYAL = { fea: 'o:invoices,u:themes', pla: 'o:gold', fva: [0, -1] };
const EVERYTHING: RouteRequirements = {
  organization: true,
  role: 'org:admin',
  permission: 'org:invoices:read',
  feature: 'user:themes',
  plan: 'gold',
  actor: false,
  reverification: 'strict',
};

const DEMANDS: readonly Demanded[] = [
  {
    says: 'one role',
    requirements: { role: 'org:admin' },
    met: [
      ['an admin', ADMIN],
      ['an admin of version 1', memberOfAcmeV1('org:admin')],
      ['an admin of version 1 without prefix', memberOfAcmeV1('admin')],
    ],
    unmet: [
      ['a member', BASIC, 'missing_role'],
      ['a member of version 1', memberOfAcmeV1('org:member'), 'missing_role'],
      ['somebody whose role begins alike', memberOfAcme('administrator'), 'missing_role'],
      ['a role in capitals', memberOfAcme('Admin'), 'missing_role'],
      ['a member without role', ROLELESS, 'missing_role'],
      ['a personal account', PERSONAL, 'no_active_organization'],
      ['a role without organization', claiming({ o: { rol: 'admin' } }), 'no_active_organization'],
      [
        'a version 1 role in version 2',
        claiming({ org_id: 'org_acme', org_role: 'org:admin' }),
        'no_active_organization',
      ],
      ['a version 2 role in version 1', { ...ADMIN, version: 1 }, 'no_active_organization'],
    ],
  },
  {
    says: 'one role, without its prefix',
    requirements: { role: 'admin' },
    met: [['an admin', ADMIN]],
    unmet: [['a member', BASIC, 'missing_role']],
  },
  {
    says: 'one of two roles',
    requirements: { role: ['org:admin', 'org:owner'] },
    met: [
      ['the first', ADMIN],
      ['the second', memberOfAcme('owner')],
    ],
    unmet: [['neither', BASIC, 'missing_role']],
  },
  {
    says: 'all of two roles, which nobody has',
    requirements: { role: { all: ['org:admin', 'org:owner'] } },
    met: [],
    unmet: [
      ['the first', ADMIN, 'missing_role'],
      ['the second', memberOfAcme('owner'), 'missing_role'],
    ],
  },
  {
    says: 'one permission',
    requirements: { permission: 'org:invoices:create' },
    met: [
      ['the bit of its mask', memberOfAcme('member', { fpm: '2,0' })],
      ['version 1', memberOfAcmeV1('org:member', ['org:invoices:create'])],
    ],
    unmet: [
      ['another bit', memberOfAcme('member', { fpm: '1,0' }), 'missing_permission'],
      ['the bit of another feature', memberOfAcme('member', { fpm: '0,2' }), 'missing_permission'],
      ['a mask that is none', memberOfAcme('member', { fpm: '2x,0' }), 'missing_permission'],
      ['an admin without it', memberOfAcme('admin', { fpm: '0,0' }), 'missing_permission'],
      [
        'a feature of the user',
        memberOfAcme('member', { fea: 'u:invoices' }),
        'missing_permission',
      ],
      [
        'version 1 without it',
        memberOfAcmeV1('org:admin', ['org:invoices:read']),
        'missing_permission',
      ],
      ['a personal account', PERSONAL, 'no_active_organization'],
    ],
  },
  {
    says: 'one of two permissions',
    requirements: { permission: INVOICES },
    met: [
      ['the first', memberOfAcme('member', { fpm: '1,0' })],
      ['the second', memberOfAcme('member', { fpm: '2,0' })],
    ],
    unmet: [['neither', memberOfAcme('member', { fpm: '0,3' }), 'missing_permission']],
  },
  {
    says: 'all of two permissions',
    requirements: { permission: { all: INVOICES } },
    met: [['both', memberOfAcme('member', { fpm: '3,0' })]],
    unmet: [
      ['the first alone', memberOfAcme('member', { fpm: '1,0' }), 'missing_permission'],
      ['the second alone', memberOfAcme('member', { fpm: '2,0' }), 'missing_permission'],
    ],
  },
  {
    says: 'a system permission, which no token holds',
    requirements: { permission: 'org:sys_memberships:manage' },
    met: [],
    unmet: [['an admin', ADMIN, 'system_permission_not_in_token']],
  },
  {
    says: 'a feature',
    requirements: { feature: 'invoices' },
    met: [
      ['the organization has it', claiming({ fea: 'o:invoices' })],
      ['the user has it', claiming({ fea: 'u:invoices' })],
    ],
    unmet: [
      ['another one', claiming({ fea: 'o:invoices2,u:reports' }), 'missing_feature'],
      ['a plan of that name', claiming({ pla: 'o:invoices' }), 'missing_feature'],
      ['none', PERSONAL, 'missing_feature'],
      ['a list that is none', claiming({ fea: 'invoices' }), 'missing_feature'],
    ],
  },
  {
    says: 'a feature of the organization',
    requirements: { feature: 'org:invoices' },
    met: [['it has it', claiming({ fea: 'ou:invoices' })]],
    unmet: [['the user has it', claiming({ fea: 'u:invoices' }), 'missing_feature']],
  },
  {
    says: 'one of two features',
    requirements: { feature: ['invoices', 'user:themes'] },
    met: [['the second', claiming({ fea: 'u:themes' })]],
    unmet: [['neither', claiming({ fea: 'o:themes' }), 'missing_feature']],
  },
  {
    says: 'all of two features',
    requirements: { feature: { all: ['invoices', 'themes'] } },
    met: [['both', claiming({ fea: 'o:invoices,u:themes' })]],
    unmet: [['one', claiming({ fea: 'o:invoices' }), 'missing_feature']],
  },
  {
    says: 'a plan',
    requirements: { plan: 'gold' },
    met: [
      ['the organization is on it', claiming({ pla: 'o:gold' })],
      ['the user is on it', claiming({ pla: 'u:gold' })],
    ],
    unmet: [
      ['another one', claiming({ pla: 'o:silver' }), 'missing_plan'],
      ['a feature of that name', claiming({ fea: 'o:gold' }), 'missing_plan'],
      ['none', PERSONAL, 'missing_plan'],
    ],
  },
  {
    says: 'a plan of the user',
    requirements: { plan: 'user:gold' },
    met: [['they are on it', claiming({ pla: 'u:gold' })]],
    unmet: [['the organization is on it', claiming({ pla: 'o:gold' }), 'missing_plan']],
  },
  {
    says: 'one of two plans',
    requirements: { plan: ['gold', 'silver'] },
    met: [['the second', claiming({ pla: 'o:silver' })]],
    unmet: [['neither', claiming({ pla: 'o:free' }), 'missing_plan']],
  },
  {
    says: 'all of two plans',
    requirements: { plan: { all: ['org:gold', 'user:silver'] } },
    met: [['both', claiming({ pla: 'o:gold,u:silver' })]],
    unmet: [['one', claiming({ pla: 'o:gold' }), 'missing_plan']],
  },
  {
    says: 'an active organization',
    requirements: { organization: true },
    met: [
      ['any member', BASIC],
      ['a member of version 1', memberOfAcmeV1('org:member')],
      ['a member without role', ROLELESS],
    ],
    unmet: [
      ['a personal account', PERSONAL, 'no_active_organization'],
      [
        'an organization without id',
        claiming({ o: { slg: 'acme', rol: 'admin' } }),
        'no_active_organization',
      ],
      [
        'an organization with an empty id',
        claiming({ o: { id: '', rol: 'admin' } }),
        'no_active_organization',
      ],
      ['an organization that is a text', claiming({ o: 'org_acme' }), 'no_active_organization'],
    ],
  },
  {
    says: 'nobody in the name of the user',
    requirements: { actor: false },
    met: [['the user', PERSONAL]],
    unmet: [
      ['an impersonator', claiming({ act: { sub: 'user_support' } }), 'impersonation_not_allowed'],
      ['an unnamed one', claiming({ act: { iss: 'x' } }), 'impersonation_not_allowed'],
      ['one named otherwise', claiming({ act: 'user_support' }), 'impersonation_not_allowed'],
      [
        'an impersonator who is an admin',
        memberOfAcme('admin', { act: { sub: 'user_support', iss: 'https://dashboard' } }),
        'impersonation_not_allowed',
      ],
    ],
  },
  {
    says: 'everything at once',
    requirements: EVERYTHING,
    met: [['all of it', memberOfAcme('admin', LOYAL)]],
    unmet: [
      ['no organization', claiming(LOYAL), 'no_active_organization'],
      ['all but the role', memberOfAcme('member', LOYAL), 'missing_role'],
      [
        'all but the permission',
        memberOfAcme('admin', { ...LOYAL, fpm: '2' }),
        'missing_permission',
      ],
      [
        'all but the feature',
        memberOfAcme('admin', { ...LOYAL, fea: 'o:invoices,o:themes' }),
        'missing_feature',
      ],
      ['all but the plan', memberOfAcme('admin', { ...LOYAL, pla: 'o:free' }), 'missing_plan'],
      [
        'all but the user themselves',
        memberOfAcme('admin', { ...LOYAL, act: { sub: 'user_support' } }),
        'impersonation_not_allowed',
      ],
    ],
  },
  {
    says: 'a feature and a plan',
    requirements: { feature: 'invoices', plan: 'gold' },
    met: [['both', claiming({ fea: 'o:invoices', pla: 'o:gold' })]],
    unmet: [
      ['the plan alone', claiming({ pla: 'o:gold' }), 'missing_feature'],
      ['the feature alone', claiming({ fea: 'o:invoices' }), 'missing_plan'],
    ],
  },
  {
    says: 'a predicate that says yes or no',
    requirements: { predicate: ({ claims }) => claims?.tier === 'gold' },
    met: [['yes', claiming({ tier: 'gold' })]],
    unmet: [['no', claiming({ tier: 'free' }), 'requirement_not_met']],
  },
  {
    says: 'a predicate that takes its time',
    requirements: { predicate: async ({ claims }) => claims?.tier === 'gold' },
    met: [['yes', claiming({ tier: 'gold' })]],
    unmet: [['no', claiming({ tier: 'free' }), 'requirement_not_met']],
  },
  {
    // Callers in JavaScript return anything; a yes is `true` and nothing else.
    says: 'a predicate that returns what it found',
    requirements: { predicate: ({ claims }) => claims?.found as boolean },
    met: [['true', claiming({ found: true })]],
    unmet: [1, 'true', {}, [], [true], null, 0, '', undefined].map((found) => [
      `${JSON.stringify(found)}, which is no true`,
      claiming({ found }),
      'requirement_not_met' as const,
    ]),
  },
  {
    says: 'a role and a predicate',
    requirements: { role: 'org:admin', predicate: ({ claims }) => claims?.tier === 'gold' },
    met: [['both', memberOfAcme('admin', { tier: 'gold' })]],
    unmet: [
      ['the predicate alone', memberOfAcme('member', { tier: 'gold' }), 'missing_role'],
      ['the role alone', ADMIN, 'requirement_not_met'],
    ],
  },
];

/** A demand for a recent proof, with `fva` that satisfies it and `fva` that does not. */
const STEP_UPS: readonly {
  readonly reverification: Reverification;
  readonly met: readonly unknown[];
  readonly unmet: readonly unknown[];
}[] = [
  {
    reverification: 'strict_mfa',
    met: [
      [0, 0],
      [9, 9],
      [9, -1],
    ],
    unmet: [
      [10, 9],
      [9, 10],
      [10, -1],
      [-1, 0],
    ],
  },
  {
    reverification: 'strict',
    met: [
      [0, 0],
      [99, 9],
      [9, -1],
      [-1, 9],
    ],
    unmet: [
      [0, 10],
      [10, -1],
      [-1, 10],
    ],
  },
  {
    reverification: 'moderate',
    met: [
      [99, 59],
      [59, -1],
    ],
    unmet: [
      [0, 60],
      [60, -1],
    ],
  },
  {
    reverification: 'lax',
    met: [
      [9999, 1439],
      [1439, -1],
    ],
    unmet: [
      [0, 1440],
      [1440, -1],
    ],
  },
  {
    reverification: { level: 'first_factor', afterMinutes: 5 },
    met: [
      [4, 99],
      [4, -1],
    ],
    unmet: [
      [5, 0],
      [-1, 0],
    ],
  },
  {
    reverification: { level: 'second_factor', afterMinutes: 5 },
    met: [
      [99, 4],
      [4, -1],
    ],
    unmet: [
      [0, 5],
      [5, -1],
    ],
  },
  {
    reverification: { level: 'multi_factor', afterMinutes: 5 },
    met: [[4, 4]],
    unmet: [
      [4, 5],
      [5, 4],
    ],
  },
];

/** What says nothing about when the user proved who they are. */
const NO_AGES: readonly unknown[] = [
  undefined,
  null,
  [-1, -1],
  [],
  [0],
  [0, 0, 0],
  ['0', '0'],
  [null, null],
  [-2, -2],
  '0,0',
  { 0: 0, 1: 0, length: 2 },
];

/** A route for each demand, in a class of its own. */
function controllerFor(path: string, requirements: RouteRequirements): Type {
  @Controller(path)
  class DemandingController {
    @Get()
    @RequireSession(requirements)
    handle(@CurrentSession() session: Session): Seen {
      return seen(session);
    }
  }
  return DemandingController;
}

const demandPath = (at: number): string => `demand-${String(at)}`;
const stepUpPath = (at: number): string => `step-up-${String(at)}`;

@Controller('of')
class OrganizationController {
  @Get('param/:orgId')
  @RequireSession({ organization: { param: 'orgId' } })
  ofParam(@CurrentSession() session: Session, @Param('orgId') named: string): Seen {
    return this.about(named, session);
  }

  @Get('slug/:slug')
  @RequireSession({ organization: { slug: 'slug' } })
  ofSlug(@CurrentSession() session: Session): Seen {
    return seen(session);
  }

  @Get('query')
  @RequireSession({ organization: { query: 'org' } })
  ofQuery(@CurrentSession() session: Session, @Query('org') named: unknown): Seen {
    return this.about(named, session);
  }

  @Get('header')
  @RequireSession({ organization: { header: 'X-Org' } })
  ofHeader(@CurrentSession() session: Session, @Headers('x-org') named: unknown): Seen {
    return this.about(named, session);
  }

  /** The route has no parameter of that name: nobody may pass, rather than everybody. */
  @Get('typo/:orgId')
  @RequireSession({ organization: { param: 'orgID' } })
  ofTypo(@CurrentSession() session: Session): Seen {
    return seen(session);
  }

  @Get('admin/:orgId')
  @RequireSession({ organization: { param: 'orgId' }, role: 'org:admin' })
  ofAdmin(@CurrentSession() session: Session): Seen {
    return seen(session);
  }

  /** What the handler reads must be what the guard compared. */
  private about(named: unknown, session: Session): Seen {
    if (named !== session.organization?.id) throw new Error('The handler reads another one.');
    return seen(session);
  }
}

const asked: { readonly session: Session; readonly context: ExecutionContext }[] = [];

class PredicateRefusal extends Error {}

@Controller('predicate')
class PredicateController {
  @Get('told')
  @RequireSession({
    role: 'org:admin',
    predicate: (session, context) => {
      asked.push({ session, context });
      return true;
    },
  })
  told(@CurrentSession() session: Session): Seen {
    return seen(session);
  }

  @Get('throws')
  @RequireSession({
    predicate: () => {
      throw new PredicateRefusal();
    },
  })
  throws(@CurrentSession() session: Session): Seen {
    return seen(session);
  }

  @Get('rejects')
  @RequireSession({
    predicate: async () => {
      throw new PredicateRefusal();
    },
  })
  rejects(@CurrentSession() session: Session): Seen {
    return seen(session);
  }
}

const AdminOnly = (): ClassDecorator & MethodDecorator => RequireSession({ role: 'org:admin' });

@Controller('class')
@RequireSession({ role: 'org:admin' })
class AdminController {
  @Get('inherits')
  inherits(@CurrentSession() session: Session): Seen {
    return seen(session);
  }

  @Get('lowers')
  @RequireSession()
  lowers(@CurrentSession() session: Session): Seen {
    return seen(session);
  }

  @Get('replaces')
  @RequireSession({ plan: 'gold' })
  replaces(@CurrentSession() session: Session): Seen {
    return seen(session);
  }
}

@Controller('heir')
class HeirController extends AdminController {}

@Controller('raised')
@RequireSession()
class RaisedController {
  @Get()
  @AdminOnly()
  raises(@CurrentSession() session: Session): Seen {
    return seen(session);
  }
}

@Controller('composed')
class ComposedController {
  @Get('above')
  @AdminOnly()
  @SetMetadata('audit', 'above')
  @Header('X-Kept', 'above')
  above(@CurrentSession() session: Session): Seen {
    return seen(session);
  }

  @Get('below')
  @SetMetadata('audit', 'below')
  @Header('X-Kept', 'below')
  @AdminOnly()
  below(@CurrentSession() session: Session): Seen {
    return seen(session);
  }
}

@Controller('composed-class')
@AdminOnly()
class ComposedClassController {
  @Get()
  handle(@CurrentSession() session: Session): Seen {
    return seen(session);
  }
}

const CONTROLLERS: readonly Type[] = [
  ...DEMANDS.map(({ requirements }, at) => controllerFor(demandPath(at), requirements)),
  ...STEP_UPS.map(({ reverification }, at) => controllerFor(stepUpPath(at), { reverification })),
  OrganizationController,
  PredicateController,
  AdminController,
  HeirController,
  RaisedController,
  ComposedController,
  ComposedClassController,
];

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    // `errorBody` is left at 'none': a 403 has its body all the same.
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ ...clerk.options(), jwtKey: clerk.jwtKey })],
      controllers: CONTROLLERS,
    });
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
    asked.length = 0;
  });

  const get = (path: string): request.Test => request(app.getHttpServer()).get(path);
  const bearer = (caller: Caller): string => `Bearer ${clerk.mint({ session: ada, ...caller })}`;
  const getAs = (caller: Caller, path: string): request.Test =>
    get(path).set('Authorization', bearer(caller));

  describe.each(DEMANDS.map((demand, at) => ({ ...demand, path: `/${demandPath(at)}` })))(
    '$says',
    ({ met, unmet, path }) => {
      it('needs a session first', () => isUnauthenticated(path));

      // A table may be empty: nobody can have two roles.
      if (met.length > 0) {
        it.each(met)('is met by %s', async (_, caller) =>
          expectUser(await getAs(caller, path), ada.userId),
        );
      }

      it.each(unmet)('is not met by %s', async (_, caller, code) =>
        expectDenied(await getAs(caller, path), code),
      );
    },
  );

  /** Nothing is said about demands to somebody who has not proved who they are. */
  async function isUnauthenticated(path: string): Promise<void> {
    const expired = clerk.mint({ session: ada, ...memberOfAcme('admin', LOYAL), expiresIn: -60 });
    for (const [authorization, challenge] of [
      [undefined, 'Bearer'],
      [`Bearer ${expired}`, 'Bearer error="invalid_token"'],
    ] as const) {
      const asking = get(path);
      const answer = await (authorization === undefined
        ? asking
        : asking.set('Authorization', authorization));
      expect({ status: answer.status, text: answer.text }).toEqual({ status: 401, text: '' });
      expect(answer.headers['www-authenticate']).toBe(challenge);
      expect(handled).toEqual([]);
    }
  }

  describe.each(STEP_UPS.map((step, at) => ({ ...step, path: `/${stepUpPath(at)}` })))(
    'a proof of who the user is, $reverification',
    ({ reverification, met, unmet, path }) => {
      it('needs a session first', () => isUnauthenticated(path));

      it.each(met.map((fva) => [fva]))('is met by %j', async (fva) =>
        expectUser(await getAs(claiming({ fva }), path), ada.userId),
      );

      it.each([...unmet, ...NO_AGES].map((fva) => [fva]))('is not met by %j', async (fva) =>
        expectStepUp(await getAs(claiming({ fva }), path), reverification),
      );
    },
  );

  it('a step-up is demanded last: nobody proves anything again for nothing', async () => {
    const path = `/${demandPath(DEMANDS.findIndex(({ says }) => says === 'everything at once'))}`;
    const stale = { ...LOYAL, fva: [10, -1] };
    expectDenied(await getAs(memberOfAcme('member', stale), path), 'missing_role');
    expectStepUp(await getAs(memberOfAcme('admin', stale), path), 'strict');
  });

  describe('the organization that the request names', () => {
    const own = (path: string): request.Test => getAs(BASIC, path);
    const WRONG = 'wrong_organization';

    it.each([
      ['a parameter', '/of/param/org_acme'],
      ['an encoded parameter', '/of/param/%6frg%5facme'],
      ['a slug', '/of/slug/acme'],
      ['a query', '/of/query?org=org_acme'],
      ['a query among others', '/of/query?page=2&org=org_acme&sort=asc'],
      ['an encoded query', '/of/query?%6frg=%6frg_acme'],
    ])('passes when %s names the active one', async (_, path) => {
      expectUser(await own(path), ada.userId);
      expectUser(await getAs(memberOfAcmeV1('org:member'), path), ada.userId);
    });

    it.each([
      ['a parameter', '/of/param/org_other'],
      ['a parameter in capitals', '/of/param/ORG_ACME'],
      ['a parameter with a blank', '/of/param/org_acme%20'],
      ['a parameter that goes on', '/of/param/org_acme%2forg_other'],
      ['a parameter that holds the slug', '/of/param/acme'],
      ['a slug', '/of/slug/other'],
      ['a slug that holds the id', '/of/slug/org_acme'],
      ['a query', '/of/query?org=org_other'],
      ['no query', '/of/query'],
      ['an empty query', '/of/query?org='],
      ['a query without value', '/of/query?org'],
      ['a query in capitals', '/of/query?ORG=org_acme'],
      ['a repeated query', '/of/query?org=org_acme&org=org_other'],
      ['a repeated query, the other way round', '/of/query?org=org_other&org=org_acme'],
      ['a query repeated to no purpose', '/of/query?org=org_acme&org=org_acme'],
      ['a query repeated in code', '/of/query?org=org_acme&%6frg=org_other'],
      ['a list', '/of/query?org[]=org_acme'],
      ['a list behind a plain one', '/of/query?org=org_acme&org[]=org_other'],
      ['an indexed list behind a plain one', '/of/query?org=org_acme&org%5B0%5D=org_other'],
      ['no header', '/of/header'],
      ['a parameter that the route does not have', '/of/typo/org_acme'],
    ])('is refused for %s', async (_, path) => expectDenied(await own(path), WRONG));

    it('may be named in a header, once', async () => {
      expectUser(await own('/of/header').set('x-org', 'org_acme'), ada.userId);
      expectDenied(await own('/of/header').set('X-Org', 'org_other'), WRONG);
      expectDenied(await own('/of/header').set('X-Org', ''), WRONG);
      const authorization = `Authorization: ${bearer(BASIC)}`;
      for (const [first, second] of [
        ['org_acme', 'org_acme'],
        ['org_acme', 'org_other'],
        ['org_other', 'org_acme'],
      ]) {
        const lines = [authorization, `X-Org: ${String(first)}`, `x-org: ${String(second)}`];
        expectDenied(await askRaw(app, '/of/header', lines), WRONG);
      }
    });

    it('cannot be a slug that the session does not know', async () => {
      const nameless = claiming({ o: { id: 'org_acme', rol: 'admin' } });
      expectDenied(await getAs(nameless, '/of/slug/undefined'), WRONG);
      expectDenied(await getAs(nameless, '/of/slug/null'), WRONG);
    });

    it.each([
      '/of/param/org_acme',
      '/of/param/undefined',
      '/of/param/null',
      '/of/slug/acme',
      '/of/slug/undefined',
      '/of/query?org=org_acme',
      '/of/query',
      '/of/header',
    ])('%s is refused to a personal account', async (path) =>
      expectDenied(await getAs(PERSONAL, path), 'no_active_organization'),
    );

    it('is compared before the role: being an admin elsewhere is worth nothing', async () => {
      expectUser(await getAs(ADMIN, '/of/admin/org_acme'), ada.userId);
      expectDenied(await getAs(ADMIN, '/of/admin/org_other'), WRONG);
      expectDenied(await getAs(BASIC, '/of/admin/org_other'), WRONG);
      expectDenied(await getAs(BASIC, '/of/admin/org_acme'), 'missing_role');
    });
  });

  describe('a predicate', () => {
    it('is told the session and the context, once', async () => {
      expectUser(await getAs(ADMIN, '/predicate/told'), ada.userId);
      expect(asked).toHaveLength(1);
      expect(asked[0]!.session).toBeInstanceOf(Session);
      expect(asked[0]!.session.userId).toBe(ada.userId);
      expect(asked[0]!.context.getHandler().name).toBe('told');
      expect(asked[0]!.context.getClass()).toBe(PredicateController);
    });

    it('is not asked when anything else has said no', async () => {
      expectDenied(await getAs(BASIC, '/predicate/told'), 'missing_role');
      await get('/predicate/told').expect(401);
      expect(asked).toEqual([]);
    });

    it.each(['/predicate/throws', '/predicate/rejects'])(
      'never lets anybody in by failing: %s',
      async (path) => {
        const { status } = await getAs(ADMIN, path);
        // Its error is the application's own, and answered as such.
        expect(status).toBe(500);
        expect(handled).toEqual([]);
      },
    );
  });

  describe('what the class demands', () => {
    it.each(['/class/inherits', '/heir/inherits', '/composed-class'])(
      'holds for a handler that says nothing: %s',
      async (path) => {
        expectUser(await getAs(ADMIN, path), ada.userId);
        expectDenied(await getAs(BASIC, path), 'missing_role');
        await isUnauthenticated(path);
      },
    );

    it.each(['/class/lowers', '/heir/lowers'])(
      'is lowered by a handler that asks for a session only: %s',
      async (path) => {
        expectUser(await getAs(PERSONAL, path), ada.userId);
        await isUnauthenticated(path);
      },
    );

    it.each(['/class/replaces', '/heir/replaces'])(
      'is replaced by what a handler demands: %s',
      async (path) => {
        expectUser(await getAs(claiming({ pla: 'u:gold' }), path), ada.userId);
        expectDenied(await getAs(ADMIN, path), 'missing_plan');
      },
    );

    it('is raised by what a handler demands', async () => {
      expectUser(await getAs(ADMIN, '/raised'), ada.userId);
      expectDenied(await getAs(BASIC, '/raised'), 'missing_role');
    });
  });

  describe.each(['above', 'below'] as const)('a composed decorator %s others', (where) => {
    it('demands the same', async () => {
      expectDenied(await getAs(BASIC, `/composed/${where}`), 'missing_role');
    });

    it('keeps what they say', async () => {
      const answer = await getAs(ADMIN, `/composed/${where}`);
      expectUser(answer, ada.userId);
      expect(answer.headers['x-kept']).toBe(where);
      const handler = ComposedController.prototype[where];
      expect(Reflect.getMetadata('audit', handler)).toBe(where);
      // The type of the caller alone is hidden, from pipes that would make another object of it.
      expect(Reflect.getMetadata('design:paramtypes', ComposedController.prototype, where)).toEqual(
        [Object],
      );
    });
  });

  // Clerk's record of a session tells the organization's id and the actor, and nothing else.
  describe('a session that a client token proves', () => {
    const getAsClient = (path: string): request.Test => get(path).set('Cookie', ada.clientCookie);

    function recordSays(change: Readonly<Record<string, unknown>>): void {
      const { id, userId, clientId, status, expireAt } = clerk.session(ada);
      const record = { object: 'session', id, user_id: userId, client_id: clientId, status };
      const session = { ...record, expire_at: expireAt, ...change };
      const client = { object: 'client', id: clientId, last_active_session_id: id };
      const body = { ...client, sessions: [session] };
      clerk.answer('POST', '/v1/clients/verify', { status: 200, body });
    }

    afterEach(() => {
      clerk.answer('POST', '/v1/clients/verify', undefined);
    });

    const pathOf = (demand: string): string =>
      `/${demandPath(DEMANDS.findIndex(({ says }) => says === demand))}`;

    it.each<[string, AccessDeniedCode]>([
      ['one role', 'no_active_organization'],
      ['one permission', 'no_active_organization'],
      ['a feature', 'missing_feature'],
      ['a plan', 'missing_plan'],
      ['an active organization', 'no_active_organization'],
    ])('cannot show %s', async (demand, code) =>
      expectDenied(await getAsClient(pathOf(demand)), code),
    );

    it('cannot show when the user proved who they are', async () =>
      expectStepUp(await getAsClient('/step-up-1'), 'strict'));

    it('can show that it is one', async () =>
      expectUser(await getAsClient('/class/lowers'), ada.userId));

    it('can show its organization, but no role or slug in it', async () => {
      recordSays({ last_active_organization_id: 'org_acme' });
      expectUser(await getAsClient(pathOf('an active organization')), ada.userId);
      expectUser(await getAsClient('/of/param/org_acme'), ada.userId);
      expectDenied(await getAsClient('/of/param/org_other'), 'wrong_organization');
      expectDenied(await getAsClient('/of/slug/acme'), 'wrong_organization');
      expectDenied(await getAsClient(pathOf('one role')), 'missing_role');
      expectDenied(await getAsClient(pathOf('one permission')), 'missing_permission');
    });

    it('cannot hide an impersonator', async () => {
      const path = pathOf('nobody in the name of the user');
      expectUser(await getAsClient(path), ada.userId);
      recordSays({ actor: { sub: 'user_support' } });
      expectDenied(await getAsClient(path), 'impersonation_not_allowed');
    });
  });
});
