import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Module,
  Req,
  UseGuards,
  type INestApplication,
  type MiddlewareConsumer,
  type NestModule,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  AuthGuard,
  ClerkModule,
  ClerkSessionMiddleware,
  ConfigurationError,
  CurrentSession,
  OptionalSession,
  Public,
  RequireSession,
  SessionService,
  type ClerkOptions,
  type HttpRequest,
  type Session,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { backendCalls } from '../support/backend-calls.js';
import { memberOfAcme } from '../support/caller-claims.js';
import { expectDenied } from '../support/expect-denied.js';
import { handled } from '../support/probe-controller.js';
import { RecordedLog } from '../support/recorded-log.js';
import { isRefused, isUnknowable, passes } from '../support/refusals.js';
import { ADAPTERS, startApp, type Adapter } from '../support/start-app.js';

const START = Date.UTC(2026, 0, 1);

interface Seen {
  readonly user: string | null;
}

function seen(handler: string, session: Session | null): Seen {
  handled.push(handler);
  return { user: session?.userId ?? null };
}

@Controller()
class LiveController {
  constructor(private readonly sessions: SessionService) {}

  @Get('live')
  @RequireSession({ live: true })
  live(@CurrentSession() session: Session): Seen {
    return seen('live', session);
  }

  @Get('live-admin')
  @RequireSession({ live: true, role: 'org:admin' })
  liveAdmin(@CurrentSession() session: Session): Seen {
    return seen('live-admin', session);
  }

  /** As many who ask as there can be. */
  @Get('crowd')
  @RequireSession({ live: true })
  @UseGuards(AuthGuard, AuthGuard)
  async crowd(@Req() carrier: HttpRequest, @CurrentSession() session: Session): Promise<Seen> {
    const again = await this.sessions.authenticate(carrier);
    return seen('crowd', again === session ? session : null);
  }

  @Get('plain')
  @RequireSession()
  plain(@CurrentSession() session: Session): Seen {
    return seen('plain', session);
  }

  @Get('not-live')
  @RequireSession({ live: false })
  notLive(@CurrentSession() session: Session): Seen {
    return seen('not-live', session);
  }

  @Get('optional')
  @OptionalSession()
  optional(@CurrentSession() session: Session | null): Seen {
    return seen('optional', session);
  }

  @Get('strict-optional')
  @OptionalSession({ invalid: 'reject' })
  strictOptional(@CurrentSession() session: Session | null): Seen {
    return seen('strict-optional', session);
  }

  @Get('public')
  @Public()
  open(): Seen {
    return seen('public', null);
  }
}

/** The middleware has looked, without asking, before the guard does. */
@Module({})
class MiddlewareModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(ClerkSessionMiddleware).forRoutes('{*path}');
  }
}

/** The applications of this file, by what they were told. */
const OPTIONS = {
  networkless: {},
  live: { verification: 'live' },
  trusting: { verification: 'live', liveFallback: 'token' },
  cached: { backendCache: { ttl: 3000 } },
} as const satisfies Record<string, ClerkOptions>;

type Name = keyof typeof OPTIONS;

describe.each(ADAPTERS)('on %s', (adapter: Adapter) => {
  let now = START;
  let hours = 0;
  let clerk: LocalClerk;
  let ada: SignedIn;
  let token: string;
  const apps = new Map<Name, INestApplication>();

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => now });
    const keys = { ...clerk.options(), jwtKey: clerk.jwtKey, errorBody: 'problem' } as const;
    for (const name of Object.keys(OPTIONS) as Name[]) {
      const app = await startApp(adapter, {
        imports: [ClerkModule.forRoot({ ...keys, ...OPTIONS[name] }), MiddlewareModule],
        controllers: [LiveController],
        providers: [{ provide: APP_GUARD, useExisting: AuthGuard }],
        now: () => now,
      });
      apps.set(name, app);
    }
  });

  afterAll(async () => {
    await Promise.all([...apps.values()].map((app) => app.close()));
    await clerk.stop();
  });

  beforeEach(() => {
    // An hour later each time: a pause that Clerk asked for in one test is over in the next.
    hours += 1;
    now = START + hours * 3_600_000;
    handled.length = 0;
    clerk.outage(false);
    clerk.latency(0);
    ada = clerk.signIn('ada');
    token = ada.header;
    clerk.forgetCalls();
  });

  const get = (name: Name, path: string): request.Test =>
    request(apps.get(name)!.getHttpServer()).get(path);
  const getAs = (name: Name, path: string): request.Test =>
    get(name, path).set('Authorization', token);
  const question = (): string => `GET /v1/sessions/${ada.sessionId}`;

  const ASKING = [
    ['a live route', 'networkless', '/live'],
    ['a live route of a live application', 'live', '/live'],
    ["any route, with verification: 'live'", 'live', '/plain'],
    ["a route with live: false, with verification: 'live'", 'live', '/not-live'],
    ["an optional route that must hold, with verification: 'live'", 'live', '/strict-optional'],
    ["any route, with verification: 'live' and liveFallback: 'token'", 'trusting', '/plain'],
  ] as const;

  describe.each(ASKING)('%s', (_, name, path) => {
    it('lets an active session in, and asks each time', async () => {
      await passes(getAs(name, path), ada.userId);
      expect(backendCalls(clerk)).toEqual([question()]);
      await passes(getAs(name, path), ada.userId);
      expect(backendCalls(clerk)).toEqual([question(), question()]);
    });

    it('refuses a session at the next request after it was revoked', async () => {
      await passes(getAs(name, path), ada.userId);
      clerk.revoke(ada);
      await isRefused(getAs(name, path), 'session_not_active');
      // The token itself is as good as ever.
      await passes(getAs('networkless', '/plain'), ada.userId);
    });

    it.each(['ended', 'expired', 'removed', 'abandoned', 'replaced'] as const)(
      'refuses a session that is %s',
      async (status) => {
        clerk.setStatus(ada, status);
        await isRefused(getAs(name, path), 'session_not_active');
      },
    );

    it('refuses a session that has become pending', async () => {
      clerk.setStatus(ada, 'pending');
      await isRefused(getAs(name, path), 'session_pending');
    });

    it('refuses a session that Clerk does not know', async () => {
      token = `Bearer ${clerk.mint({ user: 'ada' })}`;
      await isRefused(getAs(name, path), 'session_not_active');
    });

    it('asks nothing about a token that does not hold', async () => {
      token = `Bearer ${clerk.mint({ session: ada, key: 'foreign' })}`;
      await isRefused(getAs(name, path), 'token_signature_invalid');
      token = `Bearer ${clerk.mint({ session: ada, expiresIn: -60 })}`;
      await isRefused(getAs(name, path), 'token_expired');
      expect(backendCalls(clerk)).toEqual([]);
    });

    it('asks about no session twice that a client token proved', async () => {
      await passes(get(name, path).set('Cookie', ada.clientCookie), ada.userId);
      expect(backendCalls(clerk)).toEqual(['POST /v1/clients/verify']);
    });
  });

  describe.each([
    ['a live route', 'networkless', '/live'],
    ["any route, with verification: 'live'", 'live', '/plain'],
  ] as const)('%s', (_, name, path) => {
    it('answers 503 while Clerk cannot be asked', async () => {
      clerk.outage('rate-limit', { retryAfter: 30 });
      await isUnknowable(getAs(name, path), 30);
      now += 30_000;
      clerk.outage('rubbish');
      await isUnknowable(getAs(name, path));
      now += 30_000;
      clerk.outage(false);
      await passes(getAs(name, path), ada.userId);
    });
  });

  describe("with verification: 'live' and liveFallback: 'token'", () => {
    it.each(['/live', '/plain', '/optional', '/strict-optional'])(
      'the token will do while Clerk cannot be asked: %s',
      async (path) => {
        clerk.revoke(ada);
        clerk.outage('rate-limit', { retryAfter: 30 });
        await passes(getAs('trusting', path), ada.userId);
      },
    );

    it('nothing but a good token will do', async () => {
      clerk.outage('rate-limit', { retryAfter: 30 });
      token = `Bearer ${clerk.mint({ session: ada, key: 'foreign' })}`;
      await isRefused(getAs('trusting', '/plain'), 'token_signature_invalid');
      await isUnknowable(get('trusting', '/plain').set('Cookie', ada.clientCookie), 30);
    });
  });

  describe('without any wish for it', () => {
    it.each(['/plain', '/not-live', '/optional', '/strict-optional'])(
      'nothing is asked, and a revoked session is accepted until its token runs out: %s',
      async (path) => {
        clerk.revoke(ada);
        await passes(getAs('networkless', path), ada.userId);
        expect(backendCalls(clerk)).toEqual([]);
      },
    );
  });

  describe("an optional route, with verification: 'live'", () => {
    it('goes on without a session that was revoked', async () => {
      await passes(getAs('live', '/optional'), ada.userId);
      clerk.revoke(ada);
      await passes(getAs('live', '/optional'), null);
    });

    it('goes on without a session while Clerk cannot be asked, and says so once', async () => {
      now += 3_600_000;
      token = `Bearer ${clerk.mint({ session: ada })}`;
      clerk.outage('rate-limit', { retryAfter: 30 });
      const log = new RecordedLog().listen();
      await passes(getAs('live', '/optional'), null);
      await passes(getAs('live', '/strict-optional'), null);
      await passes(getAs('live', '/optional'), null);
      expect(
        log.said('warn').filter((text) => text.includes('Clerk cannot be asked')),
      ).toHaveLength(1);
    });

    it('asks nothing about nobody', async () => {
      await passes(get('live', '/optional'), null);
      await isRefused(get('live', '/plain'), 'session_required');
      await passes(get('live', '/public'), null);
      expect(backendCalls(clerk)).toEqual([]);
    });
  });

  describe("what Clerk's record must say", () => {
    const path = (): string => `/v1/sessions/${ada.sessionId}`;

    function recordSays(change: Readonly<Record<string, unknown>>): void {
      const { id, userId, clientId, status, expireAt } = clerk.session(ada);
      const record = { object: 'session', id, user_id: userId, client_id: clientId, status };
      const body = { ...record, expire_at: expireAt, ...change };
      clerk.answer('GET', path(), { status: 200, body });
    }

    it('nothing else than usual', async () => {
      recordSays({});
      await passes(getAs('networkless', '/live'), ada.userId);
    });

    it.each([
      ['that it is the session of somebody else', { user_id: 'user_bob' }, 'session_mismatch'],
      ['that it is another session', { id: 'sess_other' }, 'session_mismatch'],
      ['that it is over', { expire_at: START }, 'session_not_active'],
      ['no end', { expire_at: null }, 'session_not_active'],
      ['a word that Clerk invents later', { status: 'paused' }, 'session_not_active'],
      ['no status', { status: undefined }, 'session_not_active'],
      ['no user', { user_id: undefined }, 'session_not_active'],
      ['that it is something else', { object: 'client' }, 'session_not_active'],
    ] as const)('not %s', async (_, change, code) => {
      recordSays(change);
      await isRefused(getAs('networkless', '/live'), code);
      await isRefused(getAs('live', '/plain'), code);
    });
  });

  it('401 comes before 403: what a revoked session may do is of no interest', async () => {
    const caller = (role: string): string => {
      const { claims } = memberOfAcme(role);
      return `Bearer ${clerk.mint({ session: ada, claims })}`;
    };
    token = caller('admin');
    await passes(getAs('networkless', '/live-admin'), ada.userId);
    token = caller('member');
    expectDenied(await getAs('networkless', '/live-admin').then(forgetHandled), 'missing_role');
    clerk.revoke(ada);
    await isRefused(getAs('networkless', '/live-admin'), 'session_not_active');
  });

  /** A request before this one may have been let in. */
  function forgetHandled<Answer>(answer: Answer): Answer {
    expect(handled).toHaveLength(1);
    handled.length = 0;
    return answer;
  }

  describe('however many ask', () => {
    it.each(['networkless', 'live'] as const)(
      'guards, middleware and service of one request ask once: %s',
      async (name) => {
        await passes(getAs(name, '/crowd'), ada.userId);
        expect(backendCalls(clerk)).toEqual([question()]);
        clerk.revoke(ada);
        await isRefused(getAs(name, '/crowd'), 'session_not_active');
        expect(backendCalls(clerk)).toEqual([question(), question()]);
      },
    );

    it('simultaneous requests of one session ask once', async () => {
      const service = apps.get('live')!.get(SessionService);
      clerk.latency(20);
      const requests = Array.from({ length: 100 }, () =>
        service.authenticate({ headers: { authorization: token }, url: '/' }),
      );
      const users = (await Promise.all(requests)).map((session) => session?.userId);
      expect(users).toEqual(Array.from({ length: 100 }, () => ada.userId));
      expect(backendCalls(clerk)).toEqual([question()]);
    });

    it('sessions share nothing with each other', async () => {
      const service = apps.get('live')!.get(SessionService);
      const bob = clerk.signIn('bob');
      clerk.revoke(ada);
      clerk.latency(20);
      const [first, second] = await Promise.all(
        [token, bob.header].map((authorization) =>
          service.authenticate({ headers: { authorization }, url: '/' }),
        ),
      );
      expect([first, second?.userId]).toEqual([null, bob.userId]);
      expect(backendCalls(clerk)).toHaveLength(2);
    });

    it('a shared answer is held against each of those who ask', async () => {
      const service = apps.get('live')!.get(SessionService);
      clerk.latency(20);
      const forged = clerk.mint({ session: ada, claims: { sub: 'user_bob' } });
      const [own, others] = await Promise.all(
        [token, `Bearer ${forged}`].map((authorization) =>
          service.authenticate({ headers: { authorization }, url: '/' }),
        ),
      );
      expect([own?.userId, others]).toEqual([ada.userId, null]);
      expect(backendCalls(clerk)).toEqual([question()]);
    });
  });

  describe('with backendCache of three seconds', () => {
    const ask = (): request.Test => getAs('cached', '/live');

    it.each([
      ['a yes is believed for that long', 2999, true],
      ['and not longer', 3000, false],
      ['nor when the clock is set back', -3000, false],
    ])('%s', async (_, later, isBelieved) => {
      await passes(ask(), ada.userId);
      clerk.revoke(ada);
      now += later;
      await (isBelieved ? passes(ask(), ada.userId) : isRefused(ask(), 'session_not_active'));
      expect(backendCalls(clerk)).toHaveLength(isBelieved ? 1 : 2);
    });

    it('a yes is not believed beyond the end of its session', async () => {
      clerk.setExpireAt(ada, now + 1000);
      await passes(ask(), ada.userId);
      now += 1000;
      await isRefused(ask(), 'session_not_active');
    });

    it('a no is never kept', async () => {
      clerk.setStatus(ada, 'pending');
      await isRefused(ask(), 'session_pending');
      clerk.setStatus(ada, 'active');
      await passes(ask(), ada.userId);
    });

    it('an outage is never kept', async () => {
      clerk.outage('rate-limit', { retryAfter: 30 });
      await isUnknowable(ask(), 30);
      clerk.outage(false);
      now += 30_000;
      await passes(ask(), ada.userId);
    });

    it('a yes to one user is none to another', async () => {
      await passes(ask(), ada.userId);
      token = `Bearer ${clerk.mint({ session: ada, claims: { sub: 'user_bob' } })}`;
      await isRefused(ask(), 'session_mismatch');
      expect(backendCalls(clerk)).toHaveLength(1);
    });

    it('a yes ends when the session is revoked here', async () => {
      await passes(ask(), ada.userId);
      await apps.get('cached')!.get(SessionService).revokeSession(ada.sessionId);
      await isRefused(ask(), 'session_not_active');
    });
  });

  describe('without a secret key', () => {
    const keyless = (): ClerkOptions => {
      const { publishableKey, jwtKey } = clerk;
      return { publishableKey, jwtKey, errorBody: 'problem' };
    };

    it("verification: 'live' stops the boot", async () => {
      const imports = [ClerkModule.forRoot({ ...keyless(), verification: 'live' })];
      const reason: unknown = await startApp(adapter, { imports }).catch(
        (thrown: unknown) => thrown,
      );
      expect(reason).toBeInstanceOf(ConfigurationError);
      expect((reason as ConfigurationError).problems).toEqual([
        expect.stringMatching(/verification.*'live'.*CLERK_SECRET_KEY/),
      ]);
    });

    it('a live route is an error and never a pass, whatever liveFallback says', async () => {
      const app = await startApp(adapter, {
        imports: [ClerkModule.forRoot({ ...keyless(), liveFallback: 'token' })],
        controllers: [LiveController],
        now: () => now,
      });
      try {
        const ask = (path: string): request.Test =>
          request(app.getHttpServer()).get(path).set('Authorization', token);
        await passes(ask('/plain'), ada.userId);
        handled.length = 0;
        await ask('/live').expect(500);
        await isRefused(request(app.getHttpServer()).get('/live'), 'session_required');
        expect(handled).toEqual([]);
      } finally {
        await app.close();
      }
    });
  });
});
