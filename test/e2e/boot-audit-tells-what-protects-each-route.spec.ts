import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Scope, type INestApplication } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import {
  AcceptTokens,
  AuthGuard,
  OptionalSession,
  Public,
  RequireSession,
  RouteAudit,
} from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import {
  ALL_CONTROLLERS,
  ForeignController,
  ForeignGuard,
  GuardedController,
  OpenController,
  PlainController,
  ScopedController,
  ScopedForeignGuard,
  ScopedStaffGuard,
  StaffGuard,
  WITH_GLOBAL_GUARD,
  WITHOUT_GLOBAL_GUARD,
} from '../support/audited-controllers.js';
import { ADAPTERS } from '../support/start-app.js';
import { AuditedApps, type AuditedParts } from '../support/audited-apps.js';

const told = (app: INestApplication): unknown[] =>
  app
    .get(RouteAudit)
    .routes()
    .map(({ controller, handler, method, paths, protection }) => [
      `${controller}.${handler}`,
      `${method} ${paths.join(', ')}`,
      protection,
    ]);

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  const apps = new AuditedApps(adapter, () => clerk);

  beforeAll(async () => {
    clerk = await LocalClerk.start();
  });

  afterEach(async () => {
    await apps.close();
  });

  afterAll(async () => {
    await clerk.stop();
  });

  describe('RouteAudit tells', () => {
    it('every handler of every controller', async () => {
      expect(told(await apps.start(ALL_CONTROLLERS))).toEqual(WITHOUT_GLOBAL_GUARD);
    });

    it('the truth: strangers get in exactly where no session is required', async () => {
      const app = await apps.start(ALL_CONTROLLERS);
      for (const { method, paths, protection } of app.get(RouteAudit).routes()) {
        for (const path of paths) {
          const asked = request(app.getHttpServer());
          const { status } = await (method === 'POST' ? asked.post(path) : asked.get(path));
          const isRefused = protection.kind === 'required';
          expect({ path, isRefused: status === 401, isIn: status < 300 }).toEqual({
            path,
            isRefused,
            isIn: !isRefused,
          });
        }
      }
    });

    it('a controller of several modules once', async () => {
      @Module({ controllers: [OpenController] })
      class OneModule {}
      // In a process without HTTP: Fastify would refuse the same path twice.
      @Module({ imports: [apps.module(), OneModule], controllers: [OpenController] })
      class BothModule {}
      const both = await NestFactory.createApplicationContext(BothModule, { logger: false });
      expect(both.get(RouteAudit).routes()).toHaveLength(2);
      await both.close();
    });

    it('nothing where there are no controllers', async () => {
      expect(told(await apps.start([]))).toEqual([]);
    });

    it('every demand in words', async () => {
      @Controller()
      class DemandingController {
        @Get('all')
        @RequireSession({
          organization: { param: 'orgId' },
          role: ['org:admin', 'org:owner'],
          permission: { all: ['org:invoices:read', 'org:invoices:create'] },
          feature: 'export',
          plan: 'org:gold',
          actor: false,
          reverification: { level: 'second_factor', afterMinutes: 5 },
          live: true,
          predicate: () => true,
        })
        all(): string {
          return 'ran';
        }

        @Get('few')
        @RequireSession({ organization: true, reverification: 'strict' })
        few(): string {
          return 'ran';
        }
      }

      const routes = (await apps.start([DemandingController])).get(RouteAudit).routes();
      expect(routes.map(({ protection }) => protection)).toEqual([
        {
          kind: 'required',
          demands: [
            'live',
            'organization of param orgId',
            'role org:admin or org:owner',
            'permission org:invoices:read',
            'permission org:invoices:create',
            'feature export',
            'plan org:gold',
            'no actor',
            'reverification second_factor within 5 minutes',
            'predicate',
          ],
        },
        { kind: 'required', demands: ['organization', 'reverification strict'] },
      ]);
    });

    it('whose tokens are accepted, where it is not sessions alone', async () => {
      @Controller()
      @AcceptTokens('session_token', 'api_key')
      class AcceptingController {
        @Get('class')
        ofClass(): string {
          return 'ran';
        }

        @Get('handler')
        @AcceptTokens('m2m_token')
        @RequireSession({ scope: ['a', 'b'] })
        ofHandler(): string {
          return 'ran';
        }

        @Get('sessions')
        @AcceptTokens('session_token')
        sessions(): string {
          return 'ran';
        }
      }

      const routes = (await apps.start([AcceptingController])).get(RouteAudit).routes();
      expect(routes.map(({ protection }) => protection)).toEqual([
        { kind: 'required', demands: ['accepts session_token or api_key'] },
        { kind: 'required', demands: ['accepts m2m_token', 'scope a or b'] },
        { kind: 'required', demands: [] },
      ]);
    });
  });

  describe('a global guard of ours protects what says nothing', () => {
    it.each<[string, AuditedParts]>([
      ['an existing one', { providers: [{ provide: APP_GUARD, useExisting: AuthGuard }] }],
      ['a class', { providers: [{ provide: APP_GUARD, useClass: AuthGuard }] }],
      ['a subclass', { providers: [{ provide: APP_GUARD, useClass: StaffGuard }] }],
      [
        'a factory',
        {
          providers: [
            { provide: APP_GUARD, inject: [AuthGuard], useFactory: (guard: AuthGuard) => guard },
          ],
        },
      ],
      [
        'one for each request',
        { providers: [{ provide: APP_GUARD, useClass: ScopedStaffGuard, scope: Scope.REQUEST }] },
      ],
      [
        'an existing one for each request',
        {
          providers: [ScopedStaffGuard, { provide: APP_GUARD, useExisting: ScopedStaffGuard }],
        },
      ],
      [
        'one beside a foreign one',
        {
          providers: [
            { provide: APP_GUARD, useClass: ForeignGuard },
            { provide: APP_GUARD, useExisting: AuthGuard },
          ],
        },
      ],
      [
        'one of useGlobalGuards()',
        {
          prepare: (app) => {
            app.useGlobalGuards(app.get(AuthGuard));
          },
        },
      ],
    ])('%s', async (_, parts) => {
      expect(told(await apps.start(ALL_CONTROLLERS, { ...parts, audit: 'strict' }))).toEqual(
        WITH_GLOBAL_GUARD,
      );
      await request(apps.app.getHttpServer()).get('/plain/silent').expect(401);
      await request(apps.app.getHttpServer()).get('/plain/public').expect(200);
    });
  });

  describe('a global guard that is not ours protects nothing', () => {
    it.each<[string, AuditedParts]>([
      ['a class', { providers: [{ provide: APP_GUARD, useClass: ForeignGuard }] }],
      [
        'one for each request',
        { providers: [{ provide: APP_GUARD, useClass: ScopedForeignGuard, scope: Scope.REQUEST }] },
      ],
      [
        'one of useGlobalGuards()',
        {
          prepare: (app) => {
            app.useGlobalGuards(new ForeignGuard());
          },
        },
      ],
    ])('%s', async (_, parts) => {
      expect(told(await apps.start(ALL_CONTROLLERS, parts))).toEqual(WITHOUT_GLOBAL_GUARD);
      await request(apps.app.getHttpServer()).get('/plain/silent').expect(200);
    });

    it('nor does one of ours that comes after the boot, which Nest never runs', async () => {
      const app = await apps.start(ALL_CONTROLLERS);
      app.useGlobalGuards(app.get(AuthGuard));
      expect(told(app)).toEqual(WITHOUT_GLOBAL_GUARD);
      await request(app.getHttpServer()).get('/plain/silent').expect(200);
    });
  });

  describe("audit: 'log'", () => {
    const TABLE = [
      'What protects each route: 2 required, 2 optional, 1 public, 1 unguarded',
      'GET   /open/silent                            OpenController.silent     public',
      'GET   /open/required                          OpenController.required   required',
      'GET   /foreign/silent                         ForeignController.silent  UNGUARDED',
      'ALL   /one/a, /one/b/:id, /two/a, /two/b/:id  ScopedController.several  optional',
      'POST  /one, /two                              ScopedController.none     optional',
      'GET   /demanding                              DemandingController.get   required, role org:admin, no actor',
    ].join('\n');

    @Controller('demanding')
    class DemandingController {
      @Get()
      @RequireSession({ role: 'org:admin', actor: false })
      get(): string {
        return 'ran';
      }
    }

    const controllers = [OpenController, ForeignController, ScopedController, DemandingController];

    const tables = (): string[] =>
      apps.log.said('log').filter((text) => text.startsWith('What prot'));

    it('prints one table in one go', async () => {
      await apps.start(controllers, { audit: 'log' });
      expect(tables()).toEqual([`${TABLE} ClerkModule`]);
      expect(apps.log.said('warn')).toEqual([]);
    });

    it('prints it once for two Clerk instances, which see the same routes', async () => {
      const local = { isGlobal: false, audit: 'log' } as const;
      const one = { module: class One {}, imports: [apps.module(local)] };
      const two = { module: class Two {}, imports: [apps.module(local)] };
      await apps.start([OpenController], { imports: [apps.module(), one, two] });
      expect(tables()).toHaveLength(1);
    });

    it('counts none where there are none', async () => {
      await apps.start([], { audit: 'log' });
      expect(tables()).toEqual([
        'What protects each route: 0 required, 0 optional, 0 public, 0 unguarded ClerkModule',
      ]);
    });

    it.each(['off', undefined] as const)('and %s prints nothing', async (audit) => {
      await apps.start(controllers, { audit });
      expect(tables()).toEqual([]);
    });

    it.each(['error', 'strict'] as const)(
      'nor does %s, with nothing to object to',
      async (audit) => {
        await apps.start([OpenController, GuardedController, ScopedController], { audit });
        expect(tables()).toEqual([]);
        await request(apps.app.getHttpServer()).get('/open/silent').expect(200);
      },
    );
  });

  describe('a route that demands a system permission', () => {
    @Controller('members')
    @RequireSession({ permission: 'org:sys_memberships:read' })
    class MemberController {
      @Get()
      list(): string {
        return 'ran';
      }

      @Get('own')
      @RequireSession({ permission: 'org:invoices:read' })
      own(): string {
        return 'ran';
      }

      @Get('any')
      @RequireSession({ permission: ['org:invoices:read', 'sys_profile:manage'] })
      any(): string {
        return 'ran';
      }

      @Get('role')
      @RequireSession({ role: 'org:sys_admin' })
      role(): string {
        return 'ran';
      }

      @Get('public')
      @Public()
      open(): string {
        return 'ran';
      }
    }

    const warning = (handler: string, permission: string): string =>
      `MemberController.${handler} demands the permission ${permission}, but Clerk puts system permissions into no ` +
      'session token, so no session has it: demand a role, or a permission of your own. ClerkModule';
    const WARNINGS = [
      warning('list', 'org:sys_memberships:read'),
      warning('any', 'sys_profile:manage'),
    ];

    it.each([undefined, 'off', 'log', 'error', 'strict'] as const)(
      'gets a warning at boot, with audit %s',
      async (audit) => {
        await apps.start([MemberController], { audit });
        expect(apps.log.said('warn')).toEqual(WARNINGS);
      },
    );

    it('gets it once from two Clerk instances, and others get none', async () => {
      const one = { module: class One {}, imports: [apps.module({ isGlobal: false })] };
      await apps.start([MemberController], { imports: [apps.module(), one] });
      expect(apps.log.said('warn')).toEqual(WARNINGS);
      await apps.start([PlainController]);
      expect(apps.log.said('warn')).toEqual([]);
    });
  });

  describe('a route that nobody can pass', () => {
    @Controller('closed')
    class ClosedController {
      @Get('machines')
      @AcceptTokens('m2m_token', 'api_key')
      @RequireSession({ role: 'org:admin' })
      machines(): string {
        return 'ran';
      }

      @Get('sessions')
      @RequireSession({ scope: 'read:reports' })
      sessions(): string {
        return 'ran';
      }

      @Get('both')
      @AcceptTokens('session_token', 'm2m_token')
      @RequireSession({ scope: 'read:reports', role: 'org:admin' })
      both(): string {
        return 'ran';
      }
    }

    @Controller('open')
    class PassableController {
      @Get('machines')
      @AcceptTokens('m2m_token')
      machines(): string {
        return 'ran';
      }

      @Get('scope')
      @AcceptTokens('session_token', 'm2m_token')
      @RequireSession({ scope: 'read:reports' })
      scope(): string {
        return 'ran';
      }

      @Get('sessions')
      @AcceptTokens('session_token', 'm2m_token')
      @RequireSession({ role: 'org:admin' })
      sessions(): string {
        return 'ran';
      }

      @Get('optional')
      @AcceptTokens('m2m_token')
      @OptionalSession()
      optional(): string {
        return 'ran';
      }
    }

    const warning = (handler: string, accepted: string): string =>
      `ClosedController.${handler} lets nobody in: it accepts ${accepted}, but a session has no scopes, and scopes ` +
      'are all that a machine can meet: change its @AcceptTokens() or its @RequireSession(). ClerkModule';

    it('gets a warning at boot, and refuses whom it was to let in', async () => {
      await apps.start([ClosedController]);
      expect(apps.log.said('warn')).toEqual([
        warning('machines', 'api_key or m2m_token'),
        warning('sessions', 'session_token'),
        warning('both', 'session_token or m2m_token'),
      ]);
      await request(apps.app.getHttpServer()).get('/closed/sessions').expect(401);
    });

    it('gets none when somebody can', async () => {
      await apps.start([PassableController]);
      expect(apps.log.said('warn')).toEqual([]);
    });
  });
});
