// Run by callers-are-limited-by-who-they-are.spec.ts in plain Node, because Jest cannot load throttler beside Nest 12. The
// same text stands in the consumer for Nest 11.
/* eslint-disable @typescript-eslint/no-floating-promises -- node:test awaits what it runs */
import {
  Controller,
  Get,
  Logger,
  Module,
  type INestApplication,
  type Provider,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  SkipThrottle,
  ThrottlerModule,
  type ThrottlerModuleOptions,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import {
  AcceptTokens,
  AuthGuard,
  ClerkModule,
  ConfigurationError,
  OptionalSession,
  Public,
  RequireSession,
} from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { CallerThrottlerGuard } from 'nestjs-clerk-auth/throttler';
import assert from 'node:assert/strict';
import { after, before, beforeEach, afterEach, describe, it } from 'node:test';

@Controller()
class Routes {
  @Get('me')
  @RequireSession()
  me(): string {
    return 'ran';
  }

  @Get('maybe')
  @OptionalSession()
  maybe(): string {
    return 'ran';
  }

  @Get('both')
  @AcceptTokens('session_token', 'api_key', 'm2m_token')
  both(): string {
    return 'ran';
  }

  @Get('open')
  @Public()
  open(): string {
    return 'ran';
  }

  @Get('unlimited')
  @RequireSession()
  @SkipThrottle()
  unlimited(): string {
    return 'ran';
  }

  /** Nothing is said: guarded where a guard is global, and by nobody elsewhere. */
  @Get('silent')
  silent(): string {
    return 'ran';
  }
}

interface Parts {
  /** Requests a minute. */
  readonly limit?: number;
  readonly guards?: Provider[];
  readonly storage?: ThrottlerStorage;
  readonly options?: Partial<Exclude<ThrottlerModuleOptions, unknown[]>>;
}

const throttled: Provider = { provide: APP_GUARD, useClass: CallerThrottlerGuard };
const authenticated: Provider = { provide: APP_GUARD, useExisting: AuthGuard };

let clerk: LocalClerk;
let ahead = 0;
const realNow = Date.now.bind(Date);

before(async () => {
  // Throttler's own storage reads no other clock.
  Date.now = () => realNow() + ahead;
  clerk = await LocalClerk.start();
});

after(async () => {
  await clerk.stop();
  Date.now = realNow;
});

for (const adapter of ['express', 'fastify'] as const) {
  describe(`on ${adapter}`, () => {
    const apps: INestApplication[] = [];
    let url: string;

    beforeEach(() => {
      clerk.outage(false);
      ahead = 0;
    });

    afterEach(async () => {
      await Promise.all(apps.splice(0).map((app) => app.close()));
    });

    async function start(parts: Parts = {}): Promise<string> {
      const { limit = 1000, guards = [throttled, authenticated], storage, options } = parts;
      class AppModule {}
      Module({
        imports: [
          ClerkModule.forRoot({ ...clerk.options(), jwtKey: clerk.jwtKey }),
          ThrottlerModule.forRoot({
            throttlers: [{ ttl: 60_000, limit }],
            ...(storage === undefined ? {} : { storage }),
            ...options,
          }),
        ],
        controllers: [Routes],
        providers: guards,
      })(AppModule);
      const quiet = { logger: false } as const;
      const app =
        adapter === 'express'
          ? await NestFactory.create(AppModule, quiet)
          : await NestFactory.create(AppModule, new FastifyAdapter({ trustProxy: true }), quiet);
      if (adapter === 'express') {
        const server = app.getHttpAdapter().getInstance() as {
          set(name: string, on: boolean): void;
        };
        server.set('trust proxy', true);
      }
      await app.listen(0, '127.0.0.1');
      apps.push(app);
      url = await app.getUrl();
      clerk.forgetCalls();
      return url;
    }

    type Credential = { readonly cookie: string } | { readonly header: string } | undefined;

    async function get(path: string, credential?: Credential, address = '192.0.2.1', at = url) {
      const headers: Record<string, string> = { 'x-forwarded-for': address };
      if (credential !== undefined && 'cookie' in credential) headers.cookie = credential.cookie;
      if (credential !== undefined && 'header' in credential) {
        headers.authorization = credential.header;
      }
      return fetch(`${at}/${path}`, { headers });
    }

    async function statuses(count: number, ask: (no: number) => Promise<Response>) {
      const found: number[] = [];
      for (let no = 0; no < count; no += 1) found.push((await ask(no)).status);
      return found;
    }

    const madeUp = (no: number) => ({ cookie: `__session=clt_made_up_${String(no)}` });
    const calls = () => clerk.calls.filter(({ path }) => path !== '/v1/jwks').length;
    const times = (count: number, status: number) => Array<number>(count).fill(status);

    it('has a limit for each user, and not for all behind one address', async () => {
      await start({ limit: 3 });
      const ada = clerk.signIn('ada');
      const bob = clerk.signIn('bob');
      assert.deepEqual(await statuses(5, () => get('me', ada)), [...times(3, 200), 429, 429]);
      const bobs = await get('me', bob);
      assert.equal(bobs.status, 200);
      assert.equal(bobs.headers.get('x-ratelimit-remaining'), '2');
      // Another address, another token, another cookie: the same user.
      const cookie = { cookie: clerk.signIn('ada').clientCookie };
      assert.equal((await get('me', ada, '192.0.2.2')).status, 429);
      assert.equal((await get('me', { cookie: ada.cookie }, '192.0.2.2')).status, 429);
      assert.equal((await get('me', cookie, '192.0.2.2')).status, 429);
    });

    it('has one for the address of whoever proves nothing', async () => {
      await start({ limit: 3 });
      assert.deepEqual(await statuses(4, () => get('me')), [...times(3, 401), 429]);
      const forged = { header: 'Bearer a.b.c' };
      assert.equal((await get('me', forged)).status, 429);
      assert.equal((await get('me', forged, '192.0.2.2')).status, 401);
      const cookie = { cookie: `__session=${clerk.signIn('ada').sessionToken}x` };
      assert.equal((await get('me', cookie)).status, 429);
      assert.equal((await get('me', clerk.signIn('carol'))).status, 200);
      // By hand after AuthGuard, nobody of these is limited at all.
      await start({ limit: 3, guards: [authenticated, throttled] });
      assert.deepEqual(await statuses(6, () => get('me')), times(6, 401));
    });

    it('looks once for all guards, and not at all where the route is public', async () => {
      await start();
      const { clientCookie: cookie } = clerk.signIn('ada');
      assert.equal((await get('me', { cookie })).status, 200);
      assert.equal(calls(), 1);
      assert.equal((await get('maybe', { cookie })).status, 200);
      assert.equal(calls(), 2);
      assert.deepEqual(await statuses(20, (no) => get('open', madeUp(no))), times(20, 200));
      assert.equal(calls(), 2);
    });

    it('limits public routes by address, whoever is signed in', async () => {
      await start({ limit: 2 });
      assert.equal((await get('open', clerk.signIn('ada'))).status, 200);
      assert.equal((await get('open', clerk.signIn('bob'))).status, 200);
      assert.equal((await get('open', clerk.signIn('carol'))).status, 429);
      assert.equal((await get('open', undefined, '192.0.2.2')).status, 200);
    });

    for (const way of ['one after the other', 'all at once'] as const) {
      it(`asks Clerk about few of 200 made-up client tokens that come ${way}`, async () => {
        await start();
        const proved = { cookie: clerk.signIn('ada').clientCookie };
        const late = { cookie: clerk.signIn('bob').clientCookie };
        assert.equal((await get('me', proved)).status, 200);
        clerk.forgetCalls();
        const found =
          way === 'all at once'
            ? await Promise.all(
                Array.from({ length: 200 }, async (_, no) => (await get('me', madeUp(no))).status),
              )
            : await statuses(200, (no) => get('me', madeUp(no)));
        assert.equal(calls(), 11);
        assert.equal(found.filter((status) => status === 401).length, 10);
        assert.equal(found.filter((status) => status === 429).length, 190);

        const refused = await get('me', madeUp(201));
        assert.equal(refused.status, 429);
        const seconds = Number(refused.headers.get('retry-after'));
        assert.ok(seconds > 50 && seconds <= 60, String(seconds));
        // Nobody knows yet that this one is true.
        assert.equal((await get('me', late)).status, 429);
        assert.equal((await get('maybe', late)).status, 429);
        assert.equal(calls(), 11);

        // Signed tokens cost no call, and what Clerk accepted before is still asked about.
        assert.equal((await get('me', clerk.signIn('carol'))).status, 200);
        assert.equal((await get('me', { cookie: clerk.signIn('carol').cookie })).status, 200);
        assert.equal((await get('me', { header: 'Bearer a.b.c' })).status, 401);
        assert.equal((await get('me', proved)).status, 200);
        assert.equal((await get('open', madeUp(202))).status, 200);
        // Other addresses are not meant.
        assert.equal((await get('me', late, '192.0.2.2')).status, 200);
        assert.equal((await get('me', madeUp(203), '192.0.2.2')).status, 401);

        ahead = 61_000;
        assert.equal((await get('me', { cookie: clerk.signIn('dora').clientCookie })).status, 200);
        assert.equal((await get('me', madeUp(204))).status, 401);
      });
    }

    it('counts made-up tokens of machines as well, where machines may come', async () => {
      await start();
      const key = (no: number) => ({ header: `Bearer ak_madeup${String(no)}` });
      const found = await statuses(200, (no) => get('both', key(no)));
      assert.deepEqual([...new Set(found)], [401, 429]);
      assert.ok(calls() <= 15, String(calls()));
      assert.equal((await get('both', clerk.createApiKey({ subject: 'eve' }))).status, 429);
      // A route that takes no machines refuses them without a call, and counts nothing.
      await start();
      assert.deepEqual(await statuses(30, (no) => get('me', key(no))), times(30, 401));
      assert.equal(calls(), 0);
      assert.equal((await get('both', clerk.createApiKey({ subject: 'eve' }))).status, 200);
    });

    it('takes a proved token back when Clerk does', async () => {
      await start();
      const frank = clerk.signIn('frank');
      const cookie = { cookie: frank.clientCookie };
      assert.equal((await get('me', cookie)).status, 200);
      clerk.revoke(frank);
      const found = await statuses(30, () => get('me', cookie));
      assert.deepEqual([...new Set(found)], [401, 429]);
      assert.ok(calls() <= 13, String(calls()));
    });

    it('keeps nobody waiting of a crowd that signs in behind one address', async () => {
      await start();
      const crowd = Array.from({ length: 40 }, (_, no) => clerk.signIn(`member-${String(no)}`));
      const found = await Promise.all(
        crowd.flatMap(({ clientCookie }) => [1, 2].map(() => get('me', { cookie: clientCookie }))),
      );
      assert.deepEqual([...new Set(found.map(({ status }) => status))], [200]);
    });

    it('does not take an outage for anybody being wrong', async () => {
      await start();
      clerk.outage('rate-limit');
      const found = await Promise.all(
        Array.from({ length: 30 }, async (_, no) => (await get('me', madeUp(no))).status),
      );
      assert.deepEqual([...new Set(found)], [503]);
      clerk.outage(false);
      ahead = 30_000;
      assert.equal((await get('me', { cookie: clerk.signIn('ada').clientCookie })).status, 200);
    });

    it('hears from the storage what other machines counted', async () => {
      const counts = new Map<string, number>();
      const storage: ThrottlerStorage = {
        increment(key, ttl, limit, blockDuration) {
          const totalHits = (counts.get(key) ?? 0) + 1;
          counts.set(key, totalHits);
          const isBlocked = totalHits > limit;
          return Promise.resolve({
            totalHits,
            timeToExpire: ttl / 1000,
            isBlocked,
            timeToBlockExpire: isBlocked ? blockDuration / 1000 : 0,
          });
        },
      };
      const first = await start({ storage });
      const second = await start({ storage });
      await statuses(20, (no) => get('me', madeUp(no), '192.0.2.1', first));
      assert.equal(calls(), 11);
      await statuses(20, (no) => get('me', madeUp(no + 100), '192.0.2.1', second));
      assert.equal(calls(), 12);
      // An address is nobody's to read in a store.
      assert.ok([...counts.keys()].every((key) => /^[0-9a-f]{64}$/.test(key)));
    });

    it('limits members of an organization together, if that is wanted', async () => {
      const guard = CallerThrottlerGuard.with({ by: 'organization' });
      await start({ limit: 2, guards: [{ provide: APP_GUARD, useClass: guard }, authenticated] });
      const member = (name: string) => clerk.signIn(name, { organization: 'acme' });
      assert.equal((await get('me', member('ada'))).status, 200);
      assert.equal((await get('me', member('bob'))).status, 200);
      assert.equal((await get('me', member('carol'))).status, 429);
      assert.equal((await get('me', clerk.signIn('dora'))).status, 200);
      const key = clerk.createApiKey({ subject: { organization: 'acme' } });
      assert.deepEqual(await statuses(3, () => get('both', key)), [200, 200, 429]);
      assert.equal((await get('both', member('ada'))).status, 429);
    });

    it('gives machines limits of their own', async () => {
      await start({ limit: 2 });
      const key = clerk.createApiKey({ subject: 'ada' });
      assert.deepEqual(await statuses(3, () => get('both', key)), [200, 200, 429]);
      assert.equal((await get('both', clerk.signIn('ada'))).status, 200);
      const worker = () => clerk.createM2mToken({ machine: 'worker' });
      assert.deepEqual(await statuses(3, () => get('both', worker())), [200, 200, 429]);
    });

    it('has the limits that with() was given, and tells wrong ones', async () => {
      const guard = CallerThrottlerGuard.with({ rejected: { limit: 2, ttl: 5000 } });
      await start({ guards: [{ provide: APP_GUARD, useClass: guard }, authenticated] });
      const found = await statuses(20, (no) => get('me', madeUp(no)));
      assert.deepEqual(found, [401, 401, ...times(18, 429)]);
      assert.equal(calls(), 3);
      ahead = 5500;
      assert.equal((await get('me', madeUp(99))).status, 401);
      assert.throws(
        () =>
          CallerThrottlerGuard.with({ by: 'address' as never, rejected: { limit: 0, ttl: 0.5 } }),
        (error) => error instanceof ConfigurationError && error.problems.length === 3,
      );
    });

    it('bounds what made-up tokens cost on a route without limits, too', async () => {
      await start({ limit: 1 });
      const found = await statuses(50, (no) => get('unlimited', madeUp(no)));
      assert.deepEqual(found, [...times(10, 401), ...times(40, 429)]);
      const ada = clerk.signIn('ada');
      assert.deepEqual(await statuses(5, () => get('unlimited', ada)), times(5, 200));
    });

    it('asks nobody about a route that no guard stands before', async () => {
      await start({ limit: 2, guards: [throttled] });
      assert.deepEqual(await statuses(3, (no) => get('silent', madeUp(no))), [200, 200, 429]);
      assert.equal(calls(), 0);
      // Signed tokens cost nothing, and tell who it is.
      assert.equal((await get('silent', clerk.signIn('ada'))).status, 200);
    });

    it('leaves the last word to a getTracker of the application', async () => {
      await start({ limit: 1, options: { getTracker: () => 'everybody' } });
      assert.equal((await get('me', clerk.signIn('ada'))).status, 200);
      assert.equal((await get('me', clerk.signIn('bob'))).status, 429);
    });

    it('says at boot that it comes too late, and nothing where it does not', async () => {
      const said: string[] = [];
      const nothing = (): void => undefined;
      const listen = {
        log: nothing,
        error: nothing,
        warn: (text: unknown) => void said.push(String(text)),
      };
      const boot = async (guards: Provider[]): Promise<string[]> => {
        said.length = 0;
        class AppModule {}
        Module({
          imports: [
            ClerkModule.forRoot({ ...clerk.options(), jwtKey: clerk.jwtKey }),
            ThrottlerModule.forRoot([{ ttl: 60_000, limit: 1 }]),
          ],
          controllers: [Routes],
          providers: guards,
        })(AppModule);
        const app =
          adapter === 'express'
            ? await NestFactory.create(AppModule, { logger: listen })
            : await NestFactory.create(AppModule, new FastifyAdapter(), { logger: listen });
        apps.push(app);
        await app.init();
        return said.filter((text) => text.includes('CallerThrottlerGuard'));
      };
      assert.deepEqual(await boot([throttled, authenticated]), []);
      assert.deepEqual(await boot([throttled]), []);
      const [warning, ...more] = await boot([authenticated, throttled]);
      assert.match(warning ?? '', /runs after AuthGuard.*first APP_GUARD/);
      assert.deepEqual(more, []);
      Logger.overrideLogger(false);
    });
  });
}
