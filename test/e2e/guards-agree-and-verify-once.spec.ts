import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Injectable,
  Module,
  Req,
  UseGuards,
  type CallHandler,
  type ExecutionContext,
  type INestApplication,
  type MiddlewareConsumer,
  type NestInterceptor,
  type NestModule,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import {
  AuthGuard,
  ClerkModule,
  ClerkSessionMiddleware,
  CurrentSession,
  OptionalSession,
  Public,
  RequireSession,
  sessionOf,
  SessionService,
  type HttpRequest,
  type Session,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { expectRefused, expectUser } from '../support/expect-answer.js';
import { handled } from '../support/probe-controller.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

interface Seen {
  readonly user: string | null;
}

function seen(handler: string, session: Session | null = null): Seen {
  handled.push(handler);
  return { user: session?.userId ?? null };
}

@Controller('bare')
class BareController {
  @Get()
  undecorated(@Req() carrier: HttpRequest): Seen {
    return seen('undecorated', sessionOf(carrier));
  }

  @Get('required')
  @RequireSession()
  required(@CurrentSession() session: Session): Seen {
    return seen('required', session);
  }

  @Get('guarded')
  @UseGuards(AuthGuard)
  guarded(@CurrentSession() session: Session): Seen {
    return seen('guarded', session);
  }

  @Get('optional')
  @OptionalSession()
  optional(@CurrentSession() session: Session | null): Seen {
    return seen('optional', session);
  }

  @Get('public')
  @Public()
  open(@Req() carrier: HttpRequest): Seen {
    return seen('public', sessionOf(carrier));
  }
}

@Controller('required-class')
@RequireSession()
class RequiredController {
  @Get()
  undecorated(@CurrentSession() session: Session): Seen {
    return seen('undecorated', session);
  }

  @Get('public')
  @Public()
  open(@Req() carrier: HttpRequest): Seen {
    return seen('public', sessionOf(carrier));
  }

  @Get('optional')
  @OptionalSession()
  optional(@CurrentSession() session: Session | null): Seen {
    return seen('optional', session);
  }
}

@Controller('heir')
class HeirController extends RequiredController {}

@Controller('optional-class')
@OptionalSession()
class OptionalController {
  @Get()
  undecorated(@CurrentSession() session: Session | null): Seen {
    return seen('undecorated', session);
  }

  @Get('required')
  @RequireSession()
  required(@CurrentSession() session: Session): Seen {
    return seen('required', session);
  }

  @Get('strict')
  @OptionalSession({ invalid: 'reject' })
  strict(@CurrentSession() session: Session | null): Seen {
    return seen('strict', session);
  }
}

@Controller('public-class')
@Public()
class PublicController {
  @Get()
  undecorated(@Req() carrier: HttpRequest): Seen {
    return seen('undecorated', sessionOf(carrier));
  }

  @Get('required')
  @RequireSession()
  required(@CurrentSession() session: Session): Seen {
    return seen('required', session);
  }

  @Get('optional')
  @OptionalSession()
  optional(@CurrentSession() session: Session | null): Seen {
    return seen('optional', session);
  }
}

/** As many who ask as there can be. */
@Controller('crowd')
@RequireSession()
@UseGuards(AuthGuard, AuthGuard)
class CrowdController {
  constructor(private readonly sessions: SessionService) {}

  @Get()
  @RequireSession()
  @UseGuards(AuthGuard)
  async everybody(
    @Req() carrier: HttpRequest,
    @CurrentSession() session: Session,
    @CurrentSession('userId') user: string,
  ): Promise<Seen> {
    const again = await this.sessions.authenticate(carrier);
    const same = again === session && sessionOf(carrier) === session && session.userId === user;
    return seen('everybody', same ? session : null);
  }
}

const CONTROLLERS: Type[] = [
  BareController,
  RequiredController,
  HeirController,
  OptionalController,
  PublicController,
  CrowdController,
];

/** What `sessionOf` said to a middleware after ours, and to an interceptor. */
const overheard: (string | null)[] = [];

@Module({})
class MiddlewareModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    const listen = (carrier: HttpRequest, _response: unknown, next: () => void): void => {
      overheard.push(sessionOf(carrier)?.userId ?? null);
      next();
    };
    consumer.apply(listen, ClerkSessionMiddleware, listen).forRoutes('{*path}');
  }
}

@Injectable()
class Listener implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const carrier = context.switchToHttp().getRequest<HttpRequest>();
    overheard.push(sessionOf(carrier)?.userId ?? null);
    return next.handle();
  }
}

/** A rule with what it lets through: nobody, a bad credential, Ada. */
type Rule = 'required' | 'optional' | 'strict' | 'public';

const ROUTES: readonly (readonly [string, Rule])[] = [
  ['/bare/required', 'required'],
  ['/bare/guarded', 'required'],
  ['/bare/optional', 'optional'],
  ['/bare/public', 'public'],
  ['/required-class', 'required'],
  ['/required-class/public', 'public'],
  ['/required-class/optional', 'optional'],
  ['/heir', 'required'],
  ['/heir/public', 'public'],
  ['/heir/optional', 'optional'],
  ['/optional-class', 'optional'],
  ['/optional-class/required', 'required'],
  ['/optional-class/strict', 'strict'],
  ['/public-class', 'public'],
  ['/public-class/required', 'required'],
  ['/public-class/optional', 'optional'],
];

const GLOBAL_GUARD: Provider = { provide: APP_GUARD, useExisting: AuthGuard };

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  const started: INestApplication[] = [];

  const start = async (
    providers: readonly Provider[] = [],
    imports: readonly Type[] = [],
  ): Promise<INestApplication> => {
    const options = { ...clerk.options(), errorBody: 'problem' } as const;
    const app = await startApp(adapter, {
      imports: [ClerkModule.forRoot(options), ...imports],
      controllers: CONTROLLERS,
      providers,
    });
    started.push(app);
    return app;
  };

  const apps: Record<string, INestApplication> = {};

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    apps.alone = await start();
    apps.global = await start([GLOBAL_GUARD]);
    apps.middleware = await start([], [MiddlewareModule]);
    apps.everything = await start(
      [GLOBAL_GUARD, { provide: APP_INTERCEPTOR, useClass: Listener }],
      [MiddlewareModule],
    );
  });

  afterAll(async () => {
    await Promise.all(started.map((app) => app.close()));
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
    overheard.length = 0;
    clerk.outage(false);
    clerk.forgetCalls();
  });

  const get = (app: string, path: string): request.Test =>
    request(apps[app]!.getHttpServer()).get(path);
  const verifications = (): number => clerk.callsTo('/v1/clients/verify').length;

  describe.each(['alone', 'global', 'middleware', 'everything'])('with guards %s', (app) => {
    it.each(ROUTES)('%s is %s', async (path, rule) => {
      const nobody = await get(app, path);
      if (rule === 'required') expectRefused(nobody, 'session_required');
      else expectUser(nobody, null);

      const expired = `Bearer ${clerk.mint({ session: ada, expiresIn: -60 })}`;
      const invalid = await get(app, path).set('Authorization', expired);
      if (rule === 'required' || rule === 'strict') expectRefused(invalid, 'token_expired');
      else expectUser(invalid, null);

      // The middleware looks at every request, and what it saw can be read on a public route, too.
      const looked = rule !== 'public' || app === 'middleware' || app === 'everything';
      const valid = await get(app, path).set('Cookie', ada.clientCookie);
      expectUser(valid, looked ? ada.userId : null);
      expect(verifications()).toBe(looked ? 1 : 0);
    });

    it('asks once, however many ask', async () => {
      expectUser(await get(app, '/crowd').set('Cookie', ada.clientCookie), ada.userId);
      expect(verifications()).toBe(1);
      expectUser(await get(app, '/crowd').set('Cookie', ada.clientCookie), ada.userId);
      expect(verifications()).toBe(2);
    });

    it('asks once when the answer is no', async () => {
      const asked = get(app, '/crowd').set('Cookie', '__session=unknown');
      expectRefused(await asked, 'client_token_invalid');
      expect(verifications()).toBe(1);
    });
  });

  it('a global guard demands a session where nothing is said, and only then', async () => {
    expectUser(await get('alone', '/bare'), null);
    expectRefused(await get('global', '/bare'), 'session_required');
    expectUser(await get('global', '/bare').set('Authorization', ada.header), ada.userId);
  });

  describe('ClerkSessionMiddleware', () => {
    it('tells those after it, and nobody before it', async () => {
      const asked = get('everything', '/bare').set('Authorization', ada.header);
      expectUser(await asked, ada.userId);
      expect(overheard).toEqual([null, ada.userId, ada.userId]);
    });

    it('waits for Clerk before it goes on', async () => {
      const asked = get('everything', '/bare').set('Cookie', ada.clientCookie);
      expectUser(await asked, ada.userId);
      expect(overheard).toEqual([null, ada.userId, ada.userId]);
      expect(verifications()).toBe(1);
    });

    it('refuses nobody by itself', async () => {
      expectUser(await get('middleware', '/bare'), null);
      const forged = `Bearer ${clerk.mint({ session: ada, key: 'foreign' })}`;
      expectUser(await get('middleware', '/bare').set('Authorization', forged), null);
      expectUser(await get('middleware', '/bare').set('Authorization', 'Bearer'), null);
      expectUser(await get('middleware', '/bare').set('Authorization', ada.header), ada.userId);
    });

    it('lets an outage be the matter of the guard: 503 where a session is required', async () => {
      clerk.outage('rate-limit', { retryAfter: 30 });
      const ask = (path: string): request.Test =>
        get('middleware', path).set('Cookie', ada.clientCookie);
      expectUser(await ask('/bare/public'), null);
      expectUser(await ask('/bare/optional'), null);
      const { status, body } = await ask('/bare/required');
      expect({ status, code: body.code as unknown }).toEqual({
        status: 503,
        code: 'authority_unavailable',
      });
      expect(handled).toEqual([]);
    });
  });
});
