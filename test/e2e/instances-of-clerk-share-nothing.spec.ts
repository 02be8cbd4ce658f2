import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  UseGuards,
  type CanActivate,
  type DynamicModule,
  type ExecutionContext,
  type INestApplication,
} from '@nestjs/common';
import {
  AuthGuard,
  ClerkModule,
  CurrentSession,
  RequireSession,
  SessionService,
  type ClerkOptions,
  type HttpRequest,
  type Session,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { publishedKeys } from '../support/json-web-keys.js';
import { handled, ProbeController } from '../support/probe-controller.js';
import { isRefused, isUnknowable, passes } from '../support/refusals.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

/** The same everywhere: nothing but the keys themselves and the address tells the two apart. */
const KID = 'ins_shared';
const SECRET_KEY = 'sk_test_shared';
const PUBLISHABLE_KEY = `pk_test_${btoa('clerk.example.com$')}`;

let a: LocalClerk;
let b: LocalClerk;
let ada: SignedIn;
let bob: SignedIn;
/** Milliseconds that all clocks are ahead. */
let ahead = 0;
const now = (): number => Date.now() + ahead;

beforeAll(async () => {
  a = await startTwin();
  b = await startTwin();
  ada = a.signIn('ada');
  bob = b.signIn('bob');
});

afterAll(async () => {
  await a.stop();
  await b.stop();
});

beforeEach(() => {
  handled.length = 0;
});

async function startTwin(): Promise<LocalClerk> {
  const keys = { secretKey: SECRET_KEY, publishableKey: PUBLISHABLE_KEY, now };
  const clerk = await LocalClerk.start(keys);
  const [key] = await publishedKeys(clerk);
  clerk.answer('GET', '/v1/jwks', { status: 200, body: { keys: [{ ...key, kid: KID }] } });
  return clerk;
}

const options = (clerk: LocalClerk): ClerkOptions => ({ ...clerk.options(), errorBody: 'problem' });
const bearer = (clerk: LocalClerk, session: SignedIn): string =>
  `Bearer ${clerk.mint({ session, header: { kid: KID } })}`;

describe.each(ADAPTERS)('on %s', (adapter) => {
  const ask = (app: INestApplication, path: string, header: string): request.Test =>
    request(app.getHttpServer()).get(path).set('Authorization', header);
  const askCookie = (app: INestApplication, path: string, cookie: string): request.Test =>
    request(app.getHttpServer()).get(path).set('Cookie', cookie);

  describe('two applications in one process', () => {
    let atA: INestApplication;
    let atB: INestApplication;

    beforeAll(async () => {
      const controllers = [ProbeController];
      atA = await startApp(adapter, {
        imports: [ClerkModule.forRoot(options(a))],
        controllers,
        now,
      });
      atB = await startApp(adapter, {
        imports: [ClerkModule.forRoot(options(b))],
        controllers,
        now,
      });
    });

    afterAll(async () => {
      await atA.close();
      await atB.close();
    });

    it.each(['A is asked first', 'B is asked first'])(
      "each refuses the other's: %s",
      async (order) => {
        const sides = [
          { app: atA, own: bearer(a, ada), user: ada, foreign: bearer(b, bob) },
          { app: atB, own: bearer(b, bob), user: bob, foreign: bearer(a, ada) },
        ];
        for (const side of order.startsWith('A') ? sides : sides.reverse()) {
          await isRefused(ask(side.app, '/me', side.foreign), 'token_signature_invalid');
          await passes(ask(side.app, '/me', side.own), side.user.userId);
          await isRefused(ask(side.app, '/me', side.foreign), 'token_signature_invalid');
        }
      },
    );

    it('client tokens are asked about at their own Clerk only', async () => {
      b.forgetCalls();
      await passes(askCookie(atA, '/me', ada.clientCookie), ada.userId);
      expect(b.calls).toEqual([]);
      await isRefused(askCookie(atB, '/me', ada.clientCookie), 'client_token_invalid');
      await passes(askCookie(atB, '/me', bob.clientCookie), bob.userId);
    });

    it('an outage of one does not concern the other', async () => {
      a.outage('rate-limit', { retryAfter: 5 });
      await isUnknowable(askCookie(atA, '/me', ada.clientCookie));
      await passes(askCookie(atB, '/me', bob.clientCookie), bob.userId);
      a.outage(false);
      ahead += 5000;
      await passes(askCookie(atA, '/me', ada.clientCookie), ada.userId);
    });

    it('a revocation through one does not concern the other', async () => {
      const [here, there] = [a.signIn('here'), b.signIn('there')];
      const alike = b.mint({
        session: there,
        header: { kid: KID },
        claims: { sid: here.sessionId },
      });
      await atA.get(SessionService).revokeSession(here.sessionId);
      await ask(atA, '/me', bearer(a, here)).expect(401);
      await passes(ask(atB, '/me', `Bearer ${alike}`), there.userId);
    });

    it('a verdict on one request object is not taken over by the other', async () => {
      const [ofA, ofB] = [atA.get(SessionService), atB.get(SessionService)];
      const { userId } = ada;
      for (const order of [
        [ofA, ofB],
        [ofB, ofA],
      ]) {
        const shared: HttpRequest = { headers: { authorization: bearer(a, ada) } };
        for (const service of [...order, ...order]) {
          const session = await service.authenticate(shared);
          if (service === ofA) expect(session).toMatchObject({ userId });
          else expect(session).toBeNull();
        }
      }
      const shared: HttpRequest = { headers: { cookie: ada.clientCookie } };
      const both = [ofB, ofA, ofB, ofA].map((service) => service.authenticate(shared));
      const [first, second, third, fourth] = await Promise.all(both);
      expect([first, third]).toEqual([null, null]);
      expect([second, fourth]).toMatchObject([{ userId }, { userId }]);
    });
  });

  describe('two instances in one application', () => {
    let app: INestApplication;

    beforeAll(async () => {
      const [first, second] = [featureOf('a', options(a)), featureOf('b', options(b))];
      const both = bothOf(first.module, second.guardModule);
      app = await startApp(adapter, { imports: [first.module, second.module, both], now });
    });

    afterAll(async () => {
      await app.close();
    });

    it('each feature knows its own people, and nobody else', async () => {
      await passes(ask(app, '/a/me', bearer(a, ada)), ada.userId);
      await passes(ask(app, '/b/me', bearer(b, bob)), bob.userId);
      await isRefused(ask(app, '/a/me', bearer(b, bob)), 'token_signature_invalid');
      await isRefused(ask(app, '/b/me', bearer(a, ada)), 'token_signature_invalid');
      await passes(ask(app, '/a/me', bearer(a, ada)), ada.userId);
    });

    it('the same holds for client tokens', async () => {
      await passes(askCookie(app, '/a/me', ada.clientCookie), ada.userId);
      await passes(askCookie(app, '/b/me', bob.clientCookie), bob.userId);
      await isRefused(askCookie(app, '/a/me', bob.clientCookie), 'client_token_invalid');
      await isRefused(askCookie(app, '/b/me', ada.clientCookie), 'client_token_invalid');
    });

    it("each answers refusals in its own module's style, and is down on its own", async () => {
      b.outage('rate-limit', { retryAfter: 5 });
      await isUnknowable(askCookie(app, '/b/me', bob.clientCookie));
      await passes(askCookie(app, '/a/me', ada.clientCookie), ada.userId);
      b.outage(false);
      ahead += 5000;
      await passes(askCookie(app, '/b/me', bob.clientCookie), bob.userId);
    });

    it.each(['a-then-b', 'b-then-a'])('both guards on one route refuse both: %s', async (route) => {
      await isRefused(ask(app, `/both/${route}`, bearer(a, ada)), 'token_signature_invalid');
      await isRefused(ask(app, `/both/${route}`, bearer(b, bob)), 'token_signature_invalid');
      await isRefused(askCookie(app, `/both/${route}`, ada.clientCookie), 'client_token_invalid');
      await isRefused(askCookie(app, `/both/${route}`, bob.clientCookie), 'client_token_invalid');
    });
  });

  it('both guards on one route pass who is known to both', async () => {
    const known = a.signIn('carol');
    const first = featureOf('a', options(a));
    const second = featureOf('b', options(a));
    const app = await startApp(adapter, {
      imports: [first.module, second.module, bothOf(first.module, second.guardModule)],
      now,
    });
    await passes(ask(app, '/both/a-then-b', bearer(a, known)), known.userId);
    await passes(ask(app, '/both/b-then-a', bearer(a, known)), known.userId);
    await app.close();
  });
});

/** The guard of the second instance, under a name of its own, for routes that stand in the first one's module. */
const SECOND_GUARD = Symbol('the guard of the second instance');

@Injectable()
class SecondGuard implements CanActivate {
  constructor(@Inject(SECOND_GUARD) private readonly guard: AuthGuard) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return this.guard.canActivate(context);
  }
}

interface Feature {
  readonly module: DynamicModule;
  readonly guardModule: DynamicModule;
}

/** A feature module with a Clerk of its own: nothing of it is global. */
function featureOf(name: string, clerkOptions: ClerkOptions): Feature {
  const clerkModule = ClerkModule.forRoot({ ...clerkOptions, isGlobal: false });

  @Controller(name)
  class FeatureController {
    @Get('me')
    @RequireSession()
    me(@CurrentSession() session: Session): { user: string } {
      handled.push(name);
      return { user: session.userId };
    }
  }

  @Module({})
  class FeatureModule {}

  @Module({})
  class GuardModule {}

  const module = {
    module: FeatureModule,
    imports: [clerkModule],
    controllers: [FeatureController],
    exports: [clerkModule],
  };
  const guardModule = {
    module: GuardModule,
    imports: [clerkModule],
    providers: [{ provide: SECOND_GUARD, useExisting: AuthGuard }],
    exports: [SECOND_GUARD],
  };
  return { module, guardModule };
}

/** Routes under two guards, one of each instance. */
function bothOf(first: DynamicModule, second: DynamicModule): DynamicModule {
  @Controller('both')
  class BothController {
    @Get('a-then-b')
    @UseGuards(AuthGuard, SecondGuard)
    firstThenSecond(@CurrentSession('userId') user: string): { user: string } {
      handled.push('both');
      return { user };
    }

    @Get('b-then-a')
    @UseGuards(SecondGuard, AuthGuard)
    secondThenFirst(@CurrentSession('userId') user: string): { user: string } {
      handled.push('both');
      return { user };
    }
  }

  @Module({})
  class BothModule {}
  return { module: BothModule, imports: [first, second], controllers: [BothController] };
}
