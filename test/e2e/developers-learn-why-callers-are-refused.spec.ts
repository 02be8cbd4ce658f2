import type { IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ConsoleLogger,
  Controller,
  Get,
  Inject,
  Injectable,
  Logger,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
  type LogLevel,
  type MiddlewareConsumer,
  type NestModule,
} from '@nestjs/common';
import {
  AcceptTokens,
  ClerkModule,
  ClerkSessionMiddleware,
  RequireSession,
  SessionService,
  UnauthenticatedException,
  type ClerkOptions,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { expectUser } from '../support/expect-answer.js';
import { handled, ProbeController } from '../support/probe-controller.js';
import { RecordedLog } from '../support/recorded-log.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

/** A guard of the application's own, on the service. */
@Injectable()
class OwnGuard implements CanActivate {
  constructor(@Inject(SessionService) private readonly sessions: SessionService) {}

  async canActivate(context: ExecutionContext): Promise<true> {
    const { headers } = context.switchToHttp().getRequest<IncomingMessage>();
    await this.sessions.verifyToken(String(headers.authorization).slice('Bearer '.length));
    return true;
  }
}

@Controller('more')
class MoreController {
  @Get('demanding')
  @RequireSession({ role: 'org:admin' })
  demanding(): void {
    handled.push('demanding');
  }

  @Get('asking')
  @RequireSession({ predicate: () => false })
  asking(): void {
    handled.push('asking');
  }

  @Get('machines')
  @AcceptTokens('m2m_token')
  machines(): void {
    handled.push('machines');
  }

  @Get('own')
  @UseGuards(OwnGuard)
  own(): void {
    handled.push('own');
  }

  @Get('thrown')
  thrown(): never {
    throw new UnauthenticatedException('session_pending');
  }
}

class LookingModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(ClerkSessionMiddleware).forRoutes('{*path}');
  }
}

const OTHER_SITE = 'https://evil.example.net';
const OUR_SITE = 'https://app.example.com';

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication;
  let log: RecordedLog;
  let at = 0;
  const started: INestApplication[] = [];

  const start = async (
    options: ClerkOptions = {},
    looking: readonly (typeof LookingModule)[] = [],
  ): Promise<INestApplication> => {
    const begun = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ ...clerk.options(), ...options }), ...looking],
      controllers: [ProbeController, MoreController],
      providers: [OwnGuard],
      now: () => Date.now() + at,
    });
    started.push(begun);
    // A test application starts with its log off.
    log.listen();
    return begun;
  };

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    log = new RecordedLog();
    app = await start();
  });

  afterAll(async () => {
    await Promise.all(started.map((begun) => begun.close()));
    await clerk.stop();
  });

  beforeEach(() => {
    at = 0;
    handled.length = 0;
    log = new RecordedLog().listen();
  });

  afterEach(() => {
    Logger.overrideLogger(false);
  });

  const get = (path: string, token?: string, of = app): request.Test => {
    const asked = request(of.getHttpServer()).get(path);
    return token === undefined ? asked : asked.set('Authorization', `Bearer ${token}`);
  };

  const minted = (spec: Parameters<LocalClerk['mint']>[0] = {}): string =>
    clerk.mint({ session: ada, ...spec });

  /** Whatever was said, nothing of a credential was in it. */
  const nothingLeaks = (...tokens: readonly string[]): void => {
    for (const token of tokens) {
      for (const part of token.split('.')) expect(log.whole).not.toContain(part);
    }
    expect(log.whole).not.toMatch(/eyJ|sk_test_|Bearer |__session=/);
  };

  describe('one line of the debug level for each refusal:', () => {
    const REFUSED: readonly (readonly [string, string, () => string | undefined, string])[] = [
      ['nobody', '/me', () => undefined, 'ProbeController.me refused: 401 session_required'],
      [
        'an expired token',
        '/me',
        () => minted({ expiresIn: -60 }),
        'ProbeController.me refused: 401 token_expired',
      ],
      ['no token', '/me', () => 'x', 'ProbeController.me refused: 401 token_malformed'],
      [
        'no machine',
        '/more/machines',
        () => undefined,
        'MoreController.machines refused: 401 token_required',
      ],
      [
        'too little',
        '/more/demanding',
        () => ada.sessionToken,
        'MoreController.demanding refused: 403 no_active_organization',
      ],
      [
        'a predicate',
        '/more/asking',
        () => ada.sessionToken,
        'MoreController.asking refused: 403 requirement_not_met',
      ],
      [
        'rejected where it is optional',
        '/strict-maybe',
        () => 'x',
        'ProbeController.strictMaybe refused: 401 token_malformed',
      ],
      [
        'a guard of the application',
        '/more/own',
        () => minted({ expiresIn: -60 }),
        "Refused by the application's own code: 401 token_expired",
      ],
      [
        'a handler',
        '/more/thrown',
        () => undefined,
        "Refused by the application's own code: 401 session_pending",
      ],
    ];

    it.each(REFUSED)('%s', async (_, path, token, line) => {
      const sent = token();
      const { status } = await get(path, sent);
      expect(String(status)).toBe(/ (40[13]) /.exec(line)?.[1]);
      expect(handled).toEqual([]);
      expect(log.said('debug')).toEqual([`${line} ClerkModule`]);
      if (sent !== undefined && sent !== 'x') nothingLeaks(sent);
    });

    it('an outage', async () => {
      clerk.outage(true);
      await request(app.getHttpServer()).get('/me').set('Cookie', ada.clientCookie).expect(503);
      clerk.outage(false);
      expect(log.said('debug')).toEqual([
        'ProbeController.me refused: 503 authority_unavailable ClerkModule',
      ]);
    });

    it('and for a bad credential that is passed over', async () => {
      const expired = minted({ expiresIn: -60 });
      expectUser(await get('/maybe', expired), null);
      expect(log.said('debug')).toEqual([
        'ProbeController.maybe continues without a session: token_expired ClerkModule',
      ]);
      nothingLeaks(expired);
    });

    it('none for those who are let in, nor where nothing was presented', async () => {
      expectUser(await get('/me', ada.sessionToken), ada.userId);
      expectUser(await get('/maybe'), null);
      expect(log.entries).toEqual([]);
    });
  });

  describe('nothing where the debug level is off:', () => {
    class Heard extends ConsoleLogger {
      readonly printed: unknown[] = [];
      protected override printMessages(messages: unknown[], ...rest: never[]): void {
        this.printed.push([messages, rest]);
      }
    }

    it.each<[readonly LogLevel[], number]>([
      [['log', 'warn', 'error'], 0],
      [['debug'], 1],
    ])('levels %j print %i lines', async (levels, lines) => {
      const heard = new Heard({ logLevels: [...levels] });
      app.useLogger(heard);
      await get('/me').expect(401);
      expect(heard.printed).toHaveLength(lines);
    });

    it('logger: false', async () => {
      app.useLogger(false);
      await get('/me').expect(401);
      expect(log.entries).toEqual([]);
    });
  });

  describe('one warning for what smells of a wrong setting:', () => {
    const SMELLS: readonly (readonly [string, ClerkOptions, () => string, readonly string[]])[] = [
      [
        'token_issuer_mismatch',
        {},
        () => minted({ claims: { iss: 'https://secret.issuer.test' } }),
        ['publishableKey', 'issuer', 'https://'],
      ],
      [
        'token_authorized_party_mismatch',
        { authorizedParties: [OUR_SITE, 'https://admin.example.com'] },
        () => minted({ claims: { azp: OTHER_SITE } }),
        [OUR_SITE, 'https://admin.example.com', 'authorizedParties'],
      ],
      [
        'token_audience_mismatch',
        { audience: 'our-api' },
        () => minted({ claims: { aud: 'their-api' } }),
        ['our-api', 'audience'],
      ],
      [
        'token_key_unknown',
        {},
        () => minted({ header: { kid: 'ins_secret_kid' } }),
        ['CLERK_SECRET_KEY'],
      ],
    ];

    const warnings = (): string[] => log.said('warn');

    it.each(SMELLS)('%s', async (code, options, token, hints) => {
      const own = await start(options);
      log.forget();
      await get('/me', token(), own).expect(401);
      expect(warnings()).toHaveLength(1);
      for (const hint of [code, ...hints, 'ClerkModule']) expect(warnings()[0]).toContain(hint);
      expect(log.whole).not.toMatch(/secret\.issuer|evil\.example|their-api|ins_secret_kid/);
      nothingLeaks(token());

      await get('/me', token(), own).expect(401);
      at = 59_000;
      await get('/me', token(), own).expect(401);
      expect(warnings()).toHaveLength(1);
      at = 61_000;
      await get('/me', token(), own).expect(401);
      expect(warnings()).toHaveLength(2);
      expect(handled).toEqual([]);
    });

    it('token_signature_invalid, where a jwtKey was given', async () => {
      const foreign = minted({ key: 'foreign' });
      const given = await start({ jwtKey: clerk.jwtKey });
      log.forget();
      await get('/me', foreign, given).expect(401);
      expect(warnings()).toHaveLength(1);
      expect(warnings()[0]).toContain('token_signature_invalid');
      expect(warnings()[0]).toContain('CLERK_JWT_KEY');
      log.forget();
      // Where the keys are fetched, a bad signature is a forgery.
      await get('/me', foreign).expect(401);
      expect(warnings()).toEqual([]);
    });

    it('each code by itself, and none for what callers alone do wrong', async () => {
      const own = await start({ authorizedParties: [OUR_SITE], audience: 'our-api' });
      log.forget();
      const azp = minted({ claims: { azp: OTHER_SITE, aud: 'our-api' } });
      const aud = minted({ claims: { azp: OUR_SITE, aud: 'theirs' } });
      for (const token of [azp, aud, azp, aud]) await get('/me', token, own).expect(401);
      expect(warnings()).toHaveLength(2);
      log.forget();
      for (const token of ['x', minted({ expiresIn: -60 }), minted({ algorithm: 'HS256' })]) {
        await get('/me', token, own).expect(401);
      }
      expect(warnings()).toEqual([]);
    });

    it('also where nobody is refused: on optional routes, in the middleware, in the service', async () => {
      const wrong = minted({ claims: { iss: 'https://secret.issuer.test' } });
      const optional = await start();
      log.forget();
      expectUser(await get('/maybe', wrong, optional), null);
      expect(warnings()).toHaveLength(1);

      const looked = await start({}, [LookingModule]);
      log.forget();
      expectUser(await get('/public', wrong, looked), null);
      expect(warnings()).toHaveLength(1);

      const asked = (await start()).get(SessionService);
      log.forget();
      const headers = { authorization: `Bearer ${wrong}` };
      await expect(asked.authenticate({ headers })).resolves.toBeNull();
      expect(warnings()).toHaveLength(1);

      const handed = (await start()).get(SessionService);
      log.forget();
      await expect(handed.verifyToken(wrong)).rejects.toMatchObject({
        code: 'token_issuer_mismatch',
      });
      expect(warnings()).toHaveLength(1);
      expect(log.whole).not.toContain('secret.issuer');
    });
  });
});
