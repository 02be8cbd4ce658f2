import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Injectable,
  Module,
  UseGuards,
  type DynamicModule,
  type INestApplication,
  type ModuleMetadata,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  AcceptTokens,
  AuthGuard,
  clerkConfig,
  ClerkModule,
  CurrentCaller,
  CurrentSession,
  OptionalSession,
  Public,
  RequireSession,
  Session,
  sessionOf,
  SessionService,
  type Caller,
  type ClerkOptions,
  type HttpRequest,
  type Machine,
} from 'nestjs-clerk-auth';
import {
  CLERK_TEST_CALLER,
  LocalClerk,
  signedInAs,
  type CallerSpec,
  type TestCaller,
} from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import type { App } from 'supertest/types.js';
import type { StandIn } from '../../src/session/stand-in.js';
import { ADAPTERS, startApp, type Adapter } from '../support/start-app.js';

/** No key; and the environment of whoever runs this is overridden, where the keys may be missed. */
const KEYLESS: ClerkOptions = { audit: 'strict', errorBody: 'problem' };

const ran: string[] = [];

@Injectable()
class OwnGuard extends AuthGuard {}

@Controller()
class EveryWayController {
  @Get('decorated')
  @RequireSession()
  decorated(@CurrentSession() session: Session) {
    ran.push('decorated');
    return { user: session.userId, session: session.id };
  }

  @Get('guarded')
  @UseGuards(AuthGuard)
  guarded(@CurrentSession('userId') user: string) {
    ran.push('guarded');
    return { user };
  }

  @Get('subclassed')
  @UseGuards(OwnGuard)
  subclassed(@CurrentSession('userId') user: string) {
    ran.push('subclassed');
    return { user };
  }

  @Get('optional')
  @OptionalSession()
  optional(@CurrentSession('userId') user: string | null) {
    ran.push('optional');
    return { user };
  }

  @Get('admins')
  @RequireSession({ role: 'org:admin', live: true })
  admins(@CurrentSession('userId') user: string) {
    ran.push('admins');
    return { user };
  }

  @Get('writers')
  @RequireSession({ permission: 'org:invoices:write' })
  writers(@CurrentSession('userId') user: string) {
    ran.push('writers');
    return { user };
  }

  @Get('machines')
  @AcceptTokens('api_key')
  machines(@CurrentCaller() caller: Caller) {
    ran.push('machines');
    return { type: caller.tokenType };
  }

  @Get('open')
  @Public()
  open() {
    ran.push('open');
    return {};
  }
}

/** Guarded by nothing that it says itself. */
@Controller()
class SilentController {
  @Get('silent')
  silent() {
    ran.push('silent');
    return {};
  }
}

const API_KEY: Machine = {
  tokenType: 'api_key',
  id: 'ak_1',
  subject: 'user_ada',
  scopes: [],
  expireAt: undefined,
  name: undefined,
  userId: 'user_ada',
  organizationId: null,
  claims: undefined,
};

const WAYS: readonly (readonly [string, ModuleMetadata])[] = [
  ['decorators alone', { controllers: [EveryWayController] }],
  [
    'decorators and a guard for everything',
    {
      controllers: [EveryWayController, SilentController],
      providers: [{ provide: APP_GUARD, useExisting: AuthGuard }],
    },
  ],
  [
    'decorators and a subclass for everything',
    {
      controllers: [EveryWayController, SilentController],
      providers: [{ provide: APP_GUARD, useClass: OwnGuard }],
    },
  ],
];

let app: INestApplication<App> | undefined;

beforeEach(() => {
  ran.length = 0;
});

afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function start(
  adapter: Adapter,
  parts: ModuleMetadata,
  caller: TestCaller,
  clerk: DynamicModule = ClerkModule.forRoot(KEYLESS),
): Promise<INestApplication<App>> {
  const { controllers = [], providers = [] } = parts;
  app = await startApp(adapter, { controllers, providers, imports: [clerk], caller });
  return app;
}

async function ask(path: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const { status, body } = await request(app!.getHttpServer()).get(path);
  return { status, body: body as unknown };
}

describe.each(ADAPTERS)('on %s, signedInAs()', (adapter) => {
  describe.each(WAYS)('with %s', (_, parts) => {
    const paths = ['/decorated', '/guarded', '/subclassed', '/optional'];

    it('is who calls, without any key and under a strict audit', async () => {
      await start(adapter, parts, signedInAs('user_ada'));
      for (const path of paths) {
        expect([path, await ask(path)]).toMatchObject([
          path,
          { status: 200, body: { user: 'user_ada' } },
        ]);
      }
      expect(ran).toEqual(['decorated', 'guarded', 'subclassed', 'optional']);
    });

    it('is nobody when it is null, and no handler that wants somebody runs', async () => {
      await start(adapter, parts, signedInAs(null));
      for (const path of ['/decorated', '/guarded', '/subclassed', '/admins']) {
        expect([path, await ask(path)]).toMatchObject([
          path,
          { status: 401, body: { code: 'session_required' } },
        ]);
      }
      expect(ran).toEqual([]);
      expect(await ask('/optional')).toEqual({ status: 200, body: { user: null } });
      expect((await ask('/open')).status).toBe(200);
    });
  });

  it('guards what says nothing, where a guard is bound for everything', async () => {
    const caller = signedInAs(null);
    await start(adapter, WAYS[1]?.[1] ?? {}, caller);
    expect((await ask('/silent')).status).toBe(401);
    expect(ran).toEqual([]);
    caller.become('user_ada');
    expect((await ask('/silent')).status).toBe(200);
    caller.become(null);
    expect((await ask('/silent')).status).toBe(401);
  });

  it('is still held against what a route demands', async () => {
    const member = { org_id: 'org_acme', org_role: 'org:member' };
    const caller = signedInAs(member);
    await start(adapter, { controllers: [EveryWayController] }, caller);
    expect(await ask('/admins')).toMatchObject({ status: 403, body: { code: 'missing_role' } });
    expect(await ask('/writers')).toMatchObject({
      status: 403,
      body: { code: 'missing_permission' },
    });
    expect(ran).toEqual([]);

    caller.become({ ...member, org_role: 'org:admin', org_permissions: ['org:invoices:write'] });
    expect(await ask('/admins')).toEqual({ status: 200, body: { user: 'user_test' } });
    expect(await ask('/writers')).toEqual({ status: 200, body: { user: 'user_test' } });
  });

  it('is a machine only where machines are accepted, and a session only where sessions are', async () => {
    const caller = signedInAs(API_KEY);
    await start(adapter, { controllers: [EveryWayController] }, caller);
    expect(await ask('/machines')).toEqual({ status: 200, body: { type: 'api_key' } });
    expect(await ask('/decorated')).toMatchObject({
      status: 401,
      body: { code: 'token_type_unsupported' },
    });
    caller.become('user_ada');
    expect(await ask('/machines')).toMatchObject({
      status: 401,
      body: { code: 'token_type_unsupported' },
    });
    expect(ran).toEqual(['machines']);
  });

  it('does not listen to what a request carries', async () => {
    await using clerk = await LocalClerk.start();
    const parts = { controllers: [EveryWayController] };
    await start(adapter, parts, signedInAs('user_ada'), ClerkModule.forRoot(clerk.options()));
    const asked = request(app!.getHttpServer()).get('/decorated');
    const response = await asked.set('Authorization', clerk.signIn('bob').header);
    expect(response.body).toEqual({ user: 'user_ada', session: 'sess_test' });
    expect(clerk.callCount).toBe(0);
  });

  it('is told by sessionOf() and SessionService as well', async () => {
    @Controller()
    class TellingController {
      @Get('told')
      @RequireSession()
      told() {
        return {};
      }
    }
    const seen: unknown[] = [];
    @Injectable()
    class TellingGuard extends AuthGuard {
      override async canActivate(context: Parameters<AuthGuard['canActivate']>[0]) {
        const may = await super.canActivate(context);
        const asked = context.switchToHttp().getRequest<HttpRequest>();
        const service = app?.get(SessionService);
        seen.push(sessionOf(asked)?.userId, (await service?.authenticate(asked))?.userId);
        return may;
      }
    }
    const providers = [{ provide: APP_GUARD, useClass: TellingGuard }];
    await start(adapter, { controllers: [TellingController], providers }, signedInAs('user_ada'));
    expect((await ask('/told')).status).toBe(200);
    expect(seen).toEqual(['user_ada', 'user_ada']);
  });
});

describe('signedInAs() takes', () => {
  const sessionOfCaller = (wish: CallerSpec) => {
    const standIn = signedInAs(wish) as TestCaller & StandIn;
    const outcome = standIn.authenticate({} as never);
    return 'session' in outcome ? outcome.session : undefined;
  };

  it('a session as it is', () => {
    const session = Session.fromClaims({ sub: 'user_ada', sid: 'sess_1', exp: 1 });
    expect(sessionOfCaller(session)).toBe(session);
  });

  it('claims, and makes up what is left out', () => {
    const session = sessionOfCaller({
      metadata: { onboarded: true },
      act: { sub: 'user_support' },
    });
    expect(session).toMatchObject({ id: 'sess_test', userId: 'user_test', status: 'active' });
    expect(session?.actor).toEqual({ sub: 'user_support' });
    expect(session?.claims).toMatchObject({ metadata: { onboarded: true } });
  });

  it('somebody whom LocalClerk signed in, with all that the token says', async () => {
    await using clerk = await LocalClerk.start();
    const organization = { slug: 'acme', role: 'org:admin', permissions: ['org:invoices:write'] };
    const ada = clerk.signIn('ada', { organization });
    const session = sessionOfCaller(ada);
    expect(session).toMatchObject({ id: ada.sessionId, userId: ada.userId });
    expect(session?.has({ role: 'org:admin', permission: 'org:invoices:write' })).toBe(true);
    expect(session?.has({ permission: 'org:invoices:read' })).toBe(false);
  });

  it.each([undefined, '', 5, true])('not %j, which would be a slip', (wish) => {
    expect(() => signedInAs(wish as never)).toThrow('signedInAs() takes');
  });
});

describe('the stand-in stays in tests', () => {
  const provided = { provide: CLERK_TEST_CALLER, useValue: signedInAs('user_ada') };

  it('is not found in another module, not even the one of the guarded controller', async () => {
    await using clerk = await LocalClerk.start();
    @Module({
      imports: [ClerkModule.forRoot(clerk.options())],
      controllers: [EveryWayController],
      providers: [provided],
    })
    class AppModule {}
    app = await NestFactory.create(AppModule, { logger: false });
    await app.listen(0, '127.0.0.1');
    expect((await ask('/decorated')).status).toBe(401);
    expect(ran).toEqual([]);
  });

  it('stops the boot of an application that smuggles it into the module itself', async () => {
    await using clerk = await LocalClerk.start();
    const own = ClerkModule.forRoot(clerk.options());
    const smuggled = { ...own, providers: [...(own.providers ?? []), provided] };
    @Module({ imports: [smuggled], controllers: [EveryWayController] })
    class AppModule {}
    const boot = NestFactory.create(AppModule, { logger: false, abortOnError: false });
    await expect(boot).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringContaining('CLERK_TEST_CALLER is for tests alone'),
    });
  });

  it('must be one: anything else stops the boot', async () => {
    const testing = Test.createTestingModule({ imports: [ClerkModule.forRoot(KEYLESS)] });
    const session = Session.fromClaims({ sub: 'user_ada', sid: 'sess_1', exp: 1 });
    const boot = testing.overrideProvider(CLERK_TEST_CALLER).useValue(session).compile();
    await expect(boot).rejects.toThrow('something else than what signedInAs() gives');
  });

  it('a strict audit takes no other replacement of the guard', async () => {
    await using clerk = await LocalClerk.start();
    const testing = await Test.createTestingModule({
      imports: [ClerkModule.forRoot({ ...clerk.options(), audit: 'strict' })],
      controllers: [SilentController],
      providers: [{ provide: APP_GUARD, useExisting: AuthGuard }],
    })
      .overrideProvider(AuthGuard)
      .useValue({ canActivate: () => true })
      .compile();
    app = testing.createNestApplication<INestApplication<App>>({ logger: false });
    await expect(app.init()).rejects.toMatchObject({ code: 'guard_missing' });
  });

  it('and keys are asked for as ever where nobody stands in', async () => {
    const testing = Test.createTestingModule({ imports: [ClerkModule.forRoot(KEYLESS)] });
    const boot = testing.overrideProvider(clerkConfig.KEY).useValue({}).compile();
    await expect(boot).rejects.toThrow('secretKey');
  });
});
