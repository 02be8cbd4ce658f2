import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Inject,
  Module,
  type DynamicModule,
  type INestApplication,
} from '@nestjs/common';
import {
  ClerkModule,
  RequireSession,
  SessionContext,
  SessionService,
  type Session,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { SessionTeller } from '../support/session-teller.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

type Name = 'a' | 'b';

let clerks: Record<Name, LocalClerk>;

beforeAll(async () => {
  clerks = { a: await LocalClerk.start(), b: await LocalClerk.start() };
});

afterAll(async () => {
  await clerks.a.stop();
  await clerks.b.stop();
});

/** A teller of each instance, under a name of its own. */
const TELLERS = { a: Symbol('teller of a'), b: Symbol('teller of b') } as const;

/** One instance with its teller, and routes that it guards and of which both are told. */
function featureOf(name: Name, sessionContext = true): DynamicModule {
  @Module({})
  class TellerModule {}

  @Module({})
  class FeatureModule {}

  const clerk = ClerkModule.forRoot({ ...clerks[name].options(), sessionContext, isGlobal: false });
  const teller: DynamicModule = {
    module: TellerModule,
    imports: [clerk],
    providers: [{ provide: TELLERS[name], inject: [SessionContext], useFactory: tellerOf }],
    exports: [TELLERS[name], clerk],
  };
  return { module: FeatureModule, imports: [teller], exports: [teller] };
}

function tellerOf(sessions: SessionContext): SessionTeller {
  return new SessionTeller(sessions);
}

/** Routes under the guard of the first, of which both are told. */
function routesOf(name: Name, first: DynamicModule, second: DynamicModule): DynamicModule {
  @Controller(name)
  class BothController {
    constructor(
      @Inject(TELLERS.a) private readonly a: SessionTeller,
      @Inject(TELLERS.b) private readonly b: SessionTeller,
    ) {}

    @Get('me')
    @RequireSession()
    me(): object {
      const { a, b } = this;
      return { a: [a.current(), a.peek()], b: [b.current(), b.peek()] };
    }
  }

  @Module({})
  class RoutesModule {}

  // The first that is imported guards.
  return { module: RoutesModule, imports: [first, second], controllers: [BothController] };
}

describe.each(ADAPTERS)('on %s', (adapter) => {
  let app: INestApplication;
  let ada: SignedIn;
  let bob: SignedIn;

  async function start(options: Record<Name, boolean>): Promise<void> {
    const a = featureOf('a', options.a);
    const b = featureOf('b', options.b);
    app = await startApp(adapter, {
      imports: [a, b, routesOf('a', a, b), routesOf('b', b, a)],
    });
    ada = clerks.a.signIn('ada');
    bob = clerks.b.signIn('bob');
  }

  const ask = (path: string, { header }: SignedIn): request.Test =>
    request(app.getHttpServer()).get(path).set('Authorization', header);

  it('each knows whom its own guard let in, and nobody else', async () => {
    await start({ a: true, b: true });
    const nobody = ['guard_missing', null];
    await ask('/a/me', ada).expect(200, { a: [ada.userId, ada.userId], b: nobody });
    await ask('/b/me', bob).expect(200, { a: nobody, b: [bob.userId, bob.userId] });
    await app.close();
  });

  it('one may be off', async () => {
    await start({ a: true, b: false });
    const off = ['context_missing', null];
    await ask('/a/me', ada).expect(200, { a: [ada.userId, ada.userId], b: off });
    await ask('/b/me', bob).expect(200, { a: ['guard_missing', null], b: off });
    await app.close();
  });

  it('what one is given by run() the other does not hear of', async () => {
    await start({ a: true, b: true });
    const [contextOfA, contextOfB] = contexts(app);
    const session = await sessionOfToken(app, ada.sessionToken);
    contextOfA.run(session, () => {
      expect(contextOfA.current()).toBe(session);
      expect(contextOfB.peek()).toBeNull();
      expect(() => contextOfB.current()).toThrow(/outside of an HTTP request/);
      contextOfB.run(null, () => {
        expect([contextOfA.current(), contextOfB.current()]).toEqual([session, null]);
      });
    });
    await app.close();
  });
});

function contexts(app: INestApplication): [SessionContext, SessionContext] {
  const of = (name: Name): SessionContext =>
    app.get<SessionTeller>(TELLERS[name], { strict: false }).sessions;
  return [of('a'), of('b')];
}

/** The session of a token, by whichever instance knows it. */
function sessionOfToken(app: INestApplication, token: string): Promise<Session> {
  const services = app.get<SessionService, SessionService>(SessionService, {
    strict: false,
    each: true,
  });
  return Promise.any(services.map((service) => service.verifyToken(token)));
}
