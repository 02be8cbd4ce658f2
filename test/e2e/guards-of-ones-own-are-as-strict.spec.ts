import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  Optional,
  UnauthorizedException,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
  type Type,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  AuthGuard,
  ClerkAuthGuard,
  ClerkModule,
  ClerkSession,
  ClerkSessionMiddleware,
  CurrentSession,
  Public,
  RequireSession,
  Session,
  sessionOf,
  SessionService,
  type HttpRequest,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { expectRefused, expectUser } from '../support/expect-answer.js';
import { handled } from '../support/probe-controller.js';
import { ADAPTERS, startApp, type AppParts } from '../support/start-app.js';

/** Whom the guards of this file asked about. */
const asked: string[] = [];

@Injectable()
class Ledger {
  enter(name: string): void {
    asked.push(name);
  }
}

const BLOCKED = Symbol('users who are blocked');

/** A constructor of its own, which knows nothing of what `AuthGuard` needs. */
@Injectable()
class LedgerGuard extends AuthGuard {
  constructor(
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(BLOCKED) private readonly blocked: ReadonlySet<string>,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (!(await super.canActivate(context))) return false;
    const session = sessionOf(context.switchToHttp().getRequest<HttpRequest>());
    this.ledger.enter(session?.userId ?? 'nobody');
    return !this.blocked.has(session?.userId ?? '');
  }
}

/** A property of its own, too. */
@Injectable()
class PropertyGuard extends AuthGuard {
  @Inject(Ledger) private readonly ledger!: Ledger;

  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    this.ledger.enter('property');
    return super.canActivate(context);
  }
}

/** Not one of ours: it asks the service, and answers as it likes. */
@Injectable()
class ServiceGuard implements CanActivate {
  constructor(@Inject(SessionService) private readonly sessions: SessionService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const session = await this.sessions.authenticate(context.switchToHttp().getRequest());
    if (session === null) throw new UnauthorizedException();
    asked.push(session.userId);
    return true;
  }
}

/** As Nest cannot make it: its own parameter is optional, so that nothing but ours is missing. */
@Injectable()
class HandmadeGuard extends AuthGuard {
  constructor(@Optional() @Inject(Ledger) readonly ledger?: Ledger) {
    super();
  }
}

function answer(session: Session | null): { user: string | null } {
  handled.push('ran');
  return { user: session?.userId ?? null };
}

@Controller()
class OwnController {
  @Get('ledger')
  @UseGuards(LedgerGuard)
  ledger(@CurrentSession() session: Session): object {
    return answer(session);
  }

  @Get('property')
  @UseGuards(PropertyGuard)
  property(@CurrentSession() session: Session): object {
    return answer(session);
  }

  @Get('service')
  @UseGuards(ServiceGuard)
  service(): object {
    return answer(null);
  }
}

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let mallory: SignedIn;
  let app: INestApplication | undefined;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    mallory = clerk.signIn('mallory');
  });

  beforeEach(async () => {
    await app?.close();
    app = undefined;
    asked.length = 0;
    handled.length = 0;
  });

  afterAll(async () => {
    await app?.close();
    await clerk.stop();
  });

  async function start(parts: Partial<AppParts> = {}): Promise<void> {
    const options = { ...clerk.options(), jwtKey: clerk.jwtKey, errorBody: 'problem' } as const;
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot(options)],
      controllers: [OwnController],
      ...parts,
      providers: [
        Ledger,
        { provide: BLOCKED, useValue: new Set([mallory.userId]) },
        ...(parts.providers ?? []),
      ],
    });
  }

  const get = (path: string, who?: SignedIn): request.Test => {
    const question = request(app!.getHttpServer()).get(path);
    return who === undefined ? question : question.set('Authorization', who.header);
  };

  it('a subclass may have a constructor of its own', async () => {
    await start();
    expectRefused(await get('/ledger'), 'session_required');
    expect(asked).toEqual([]);
    await get('/ledger', mallory).expect(403);
    expect(handled).toEqual([]);
    expectUser(await get('/ledger', ada), ada.userId);
    expect(asked).toEqual([mallory.userId, ada.userId]);
  });

  it('a subclass may be handed properties of its own', async () => {
    await start();
    expectRefused(await get('/property'), 'session_required');
    expectUser(await get('/property', ada), ada.userId);
    expect(asked).toEqual(['property', 'property']);
  });

  it.each([
    ['useClass', [{ provide: APP_GUARD, useClass: LedgerGuard }]],
    ['useExisting', [LedgerGuard, { provide: APP_GUARD, useExisting: LedgerGuard }]],
    [
      'useFactory',
      [
        LedgerGuard,
        { provide: APP_GUARD, inject: [LedgerGuard], useFactory: (guard: LedgerGuard) => guard },
      ],
    ],
  ])('the whole application may have one, by %s', async (_, providers) => {
    @Controller()
    class SilentController {
      @Get('silent')
      silent(@CurrentSession() session: Session): object {
        return answer(session);
      }
    }
    await start({ controllers: [SilentController], providers });
    expectRefused(await get('/silent'), 'session_required');
    await get('/silent', mallory).expect(403);
    expect(handled).toEqual([]);
    expectUser(await get('/silent', ada), ada.userId);
  });

  it('one that is not ours may ask the service', async () => {
    await start();
    await get('/service').expect(401);
    expect(handled).toEqual([]);
    await get('/service', ada).expect(200);
    expect(asked).toEqual([ada.userId]);
  });

  it.each([
    ['one of ours', new AuthGuard(), 'AuthGuard'],
    ['a subclass', new HandmadeGuard(new Ledger()), 'HandmadeGuard'],
  ])('made with new lets nobody in, and says why: %s', async (_, guard, name) => {
    @Controller()
    class HandmadeController {
      @Get('handmade')
      @UseGuards(guard)
      handmade(): object {
        return answer(null);
      }

      @Get('open')
      @Public()
      open(): object {
        return answer(null);
      }
    }
    await start({ controllers: [HandmadeController] });
    await get('/handmade').expect(500);
    await get('/handmade', ada).expect(500);
    expect(handled).toEqual([]);
    await get('/open').expect(200);
    expect(() => guard.canActivate(contextOf(HandmadeController))).toThrow(
      `nestjs-clerk-auth: ${name} was made with new, so Nest could not hand it what it needs: write the class ` +
        `instead, as in @UseGuards(${name}) or { provide: APP_GUARD, useClass: ${name} }.`,
    );
  });

  it('the middleware works without its object: app.use(middleware.use)', async () => {
    @Controller()
    class OverheardController {
      @Get('overheard')
      @UseGuards(Overhearing)
      overheard(): object {
        return answer(null);
      }
    }
    await start({
      controllers: [OverheardController],
      prepare: (made) => {
        const { use } = made.get(ClerkSessionMiddleware);
        made.use(use);
      },
    });
    await get('/overheard').expect(200);
    await get('/overheard', ada).expect(200);
    expect(asked).toEqual(['nobody', ada.userId]);
  });
});

/** Asks nobody: it reads what was found out before. */
@Injectable()
class Overhearing implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    asked.push(sessionOf(context.switchToHttp().getRequest<HttpRequest>())?.userId ?? 'nobody');
    return true;
  }
}

function contextOf(controller: Type): ExecutionContext {
  const prototype = controller.prototype as Record<string, () => void>;
  return {
    getClass: () => controller,
    getHandler: () => prototype.handmade,
    getType: () => 'http',
    switchToHttp: () => ({ getRequest: () => ({ headers: {} }) }),
  } as unknown as ExecutionContext;
}

describe('without ClerkModule.forRoot() the boot says what is missing', () => {
  @Controller()
  class GuardedController {
    @Get()
    @RequireSession()
    guarded(): string {
      return 'ran';
    }
  }

  @Module({ controllers: [GuardedController] })
  class GuardedModule {}

  @Module({ providers: [{ provide: APP_GUARD, useClass: AuthGuard }] })
  class GlobalModule {}

  @Module({ providers: [SessionService] })
  class ServiceModule {}

  @Module({ providers: [ClerkSessionMiddleware] })
  class MiddlewareModule {}

  it.each([
    ['a decorator', GuardedModule],
    ['a global guard', GlobalModule],
    ['the service', ServiceModule],
    ['the middleware', MiddlewareModule],
  ])('%s', async (_, module) => {
    const made = Test.createTestingModule({ imports: [module] }).compile();
    await expect(made).rejects.toThrow(
      'add ClerkModule.forRoot() to the imports of your AppModule',
    );
  });
});

describe('names of Nest’s own may stay in reach', () => {
  it('ClerkAuthGuard and ClerkSession are what AuthGuard and Session are', () => {
    expect(ClerkAuthGuard).toBe(AuthGuard);
    expect(ClerkSession).toBe(Session);
    const typed: (session: ClerkSession) => string = ({ userId }) => userId;
    expect(typed).toBeInstanceOf(Function);
  });
});
