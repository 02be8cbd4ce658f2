import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Catch,
  Controller,
  Get,
  HttpException,
  Inject,
  Res,
  UseFilters,
  type ArgumentsHost,
  type ExceptionFilter,
  type INestApplication,
  type Type,
} from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  AccessDeniedException,
  ClerkModule,
  CurrentSession,
  RequireSession,
  UnauthenticatedException,
  type ClerkOptions,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { MESSAGES } from '../../src/errors/messages.js';
import { expectUser, type Answer } from '../support/expect-answer.js';
import { handled, ProbeController } from '../support/probe-controller.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

/** Throws as applications do, from a handler that decides for itself. */
@Controller('own')
class OwnController {
  @Get('denied')
  @RequireSession()
  denied(): never {
    throw new AccessDeniedException();
  }

  @Get('unauthenticated')
  unauthenticated(): never {
    throw new UnauthenticatedException('session_pending', { cause: new Error('not for callers') });
  }

  @Get('problem')
  problem(): never {
    throw new UnauthenticatedException('session_required', { errorBody: 'problem' });
  }

  @Get('late')
  late(
    @Res() response: ServerResponse | { hijack(): unknown; readonly raw: ServerResponse },
  ): never {
    if ('hijack' in response) response.hijack();
    const raw = 'raw' in response ? response.raw : response;
    raw.writeHead(200, { 'Content-Type': 'text/plain' }).write('begun');
    throw new UnauthenticatedException('session_pending');
  }
}

/** Answers in the application's own words. */
abstract class OwnFilter implements ExceptionFilter<HttpException> {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  catch(exception: HttpException, host: ArgumentsHost): void {
    const body = { filter: this.constructor.name, said: exception.getResponse() };
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), body, 418);
  }
}

@Catch(UnauthenticatedException)
class UnauthenticatedFilter extends OwnFilter {}

@Catch(HttpException)
class HttpFilter extends OwnFilter {}

@Catch()
class AnyFilter extends OwnFilter {}

@Controller('filtered')
@UseFilters(UnauthenticatedFilter)
class FilteredController {
  @Get()
  @RequireSession()
  filtered(@CurrentSession('userId') user: string): object {
    handled.push('filtered');
    return { user };
  }
}

/** Milliseconds that the clock of Clerk and application is ahead. */
let ahead = 0;
const now = (): number => Date.now() + ahead;

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let silent: INestApplication;
  let telling: INestApplication;
  const started: INestApplication[] = [];

  const start = async (
    options: ClerkOptions = {},
    filter?: Type<ExceptionFilter>,
  ): Promise<INestApplication> => {
    const app = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ ...clerk.options(), ...options })],
      controllers: [ProbeController, OwnController, FilteredController],
      now,
      providers: filter === undefined ? [] : [{ provide: APP_FILTER, useClass: filter }],
    });
    started.push(app);
    return app;
  };

  /** As applications do it themselves, so that something can be said before it listens. */
  const createApp = async (): Promise<INestApplication> => {
    const imports = [ClerkModule.forRoot(clerk.options())];
    const module = { module: class AppModule {}, imports, controllers: [ProbeController] };
    const app =
      adapter === 'fastify'
        ? await NestFactory.create(module, new FastifyAdapter(), { logger: false })
        : await NestFactory.create(module, { logger: false });
    started.push(app);
    // This one has no clock but the machine's.
    ahead = 0;
    ada = clerk.signIn('ada');
    return app;
  };

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now });
    silent = await start();
    telling = await start({ errorBody: 'problem' });
  });

  afterAll(async () => {
    await Promise.all(started.map((app) => app.close()));
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
    clerk.outage(false);
    // The pause that Clerk asked for in one test is over in the next.
    ahead += 30_000;
    ada = clerk.signIn('ada');
  });

  const get = (app: INestApplication, path = '/me'): request.Test =>
    request(app.getHttpServer()).get(path);

  describe("with errorBody 'none'", () => {
    const hasNoBody = ({ headers, text }: Answer): void => {
      expect(text).toBe('');
      expect(headers['content-type']).toBeUndefined();
      expect(headers['content-length'] ?? '0').toBe('0');
      expect(handled).toEqual([]);
    };

    it('401 has none, and a challenge', async () => {
      const answer = await get(silent).expect(401).expect('WWW-Authenticate', 'Bearer');
      hasNoBody(answer);
      const invalid = get(silent).set('Authorization', 'Bearer x').expect(401);
      hasNoBody(await invalid.expect('WWW-Authenticate', 'Bearer error="invalid_token"'));
      expectUser(await get(silent).set('Authorization', ada.header), ada.userId);
    });

    it('503 has none, and says when to come back', async () => {
      clerk.outage('rate-limit', { retryAfter: 30 });
      const answer = await get(silent).set('Cookie', ada.clientCookie).expect(503);
      hasNoBody(answer);
      expect(answer.headers['retry-after']).toBe('30');
      expect(answer.headers['www-authenticate']).toBeUndefined();
    });

    it('401 ends an answer that has begun, and adds nothing to it', async () => {
      const answer = await request(silent.getHttpServer()).get('/own/late').expect(200, 'begun');
      expect(answer.headers['www-authenticate']).toBeUndefined();
    });

    it('unless the application throws one that has', async () => {
      const { body, headers } = await get(silent, '/own/problem').expect(401);
      expect(body).toMatchObject({ code: 'session_required' });
      expect(headers['www-authenticate']).toBe('Bearer');
    });
  });

  describe("with errorBody 'problem'", () => {
    /** RFC 9457: without `type`, `title` is the status in words. */
    const isProblem = (
      { headers, text, status }: Answer,
      title: string,
      code: keyof typeof MESSAGES,
    ): void => {
      expect(headers['content-type']).toMatch(/^application\/problem\+json(; charset=utf-8)?$/);
      expect(headers['content-length']).toBe(String(Buffer.byteLength(text)));
      expect(JSON.parse(text)).toEqual({ title, status, detail: MESSAGES[code], code });
      expect(handled).toEqual([]);
    };

    it('401 tells the code', async () => {
      isProblem(await get(telling).expect(401), 'Unauthorized', 'session_required');
      const asked = get(telling).set('Authorization', 'Bearer x').expect(401);
      isProblem(await asked, 'Unauthorized', 'token_malformed');
      expectUser(await get(telling).set('Authorization', ada.header), ada.userId);
    });

    it('403 does, in either mode, and has no challenge: another sign-in would not help', async () => {
      for (const app of [silent, telling]) {
        const asked = get(app, '/own/denied').set('Authorization', ada.header);
        const answer = await asked.expect(403);
        isProblem(answer, 'Forbidden', 'access_denied');
        expect(answer.headers['www-authenticate']).toBeUndefined();
      }
    });

    it('503 does', async () => {
      clerk.outage('rate-limit', { retryAfter: 30 });
      const answer = await get(telling).set('Cookie', ada.clientCookie).expect(503);
      isProblem(answer, 'Service Unavailable', 'authority_unavailable');
      expect(answer.headers['retry-after']).toBe('30');
    });

    it('one that the application throws does, and keeps its cause to itself', async () => {
      const answer = await get(telling, '/own/unauthenticated').expect(401);
      isProblem(answer, 'Unauthorized', 'session_pending');
      expect(answer.text).not.toContain('not for callers');
    });

    it('HEAD has the header fields and no body', async () => {
      const answer = await request(telling.getHttpServer()).head('/me').expect(401);
      expect(answer.text || '').toBe('');
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      expect(handled).toEqual([]);
    });
  });

  describe("the application's own filter comes first", () => {
    const said = {
      statusCode: 401,
      code: 'session_required',
      message: MESSAGES.session_required,
    };

    it('on a controller', async () => {
      const { body } = await get(silent, '/filtered').expect(418);
      expect(body).toEqual({ filter: 'UnauthenticatedFilter', said });
      expect(handled).toEqual([]);
      const asked = get(silent, '/filtered').set('Authorization', ada.header);
      expectUser(await asked, ada.userId);
      // Its neighbours are answered as ever.
      await get(silent).expect(401);
    });

    it.each([UnauthenticatedFilter, HttpFilter, AnyFilter])('as APP_FILTER: %p', async (filter) => {
      const app = await start({ errorBody: 'problem' }, filter);
      const { body } = await get(app).expect(418);
      expect(body).toEqual({ filter: filter.name, said });
      expect(handled).toEqual([]);
      expectUser(await get(app).set('Authorization', ada.header), ada.userId);
    });

    it('by useGlobalFilters', async () => {
      const app = await createApp();
      app.useGlobalFilters(new HttpFilter(app.get(HttpAdapterHost)));
      await app.listen(0, '127.0.0.1');
      const { body } = await get(app).expect(418);
      expect(body).toEqual({ filter: 'HttpFilter', said });
      expectUser(await get(app).set('Authorization', ada.header), ada.userId);
    });

    it('and what it does not catch is answered as ever', async () => {
      const app = await start({ errorBody: 'problem' }, UnauthenticatedFilter);
      const asked = get(app, '/own/denied').set('Authorization', ada.header);
      expect((await asked.expect(403)).body).toMatchObject({ code: 'access_denied' });
    });
  });

  describe('no refusal gives a credential away:', () => {
    type Ask = (asked: request.Test) => request.Test;

    const token = (spec: Parameters<LocalClerk['mint']>[0]): Ask => {
      return (asked) =>
        asked.set('Authorization', `Bearer ${clerk.mint({ session: ada, ...spec })}`);
    };

    const REFUSED: readonly (readonly [string, number, () => Ask])[] = [
      ['expired', 401, () => token({ expiresIn: -60 })],
      ['not yet valid', 401, () => token({ notBefore: 600 })],
      ['forged', 401, () => token({ key: 'foreign' })],
      ['HS256', 401, () => token({ algorithm: 'HS256' })],
      ['of a key unknown', 401, () => token({ header: { kid: 'ins_secret_kid' } })],
      ['of another instance', 401, () => token({ claims: { iss: 'https://secret.issuer.test' } })],
      ['for another audience', 401, () => token({ claims: { sub: 'mch_secret_machine' } })],
      [
        'two headers in one',
        401,
        () => (asked) => asked.set('Authorization', `${ada.header}, ${ada.header}`),
      ],
      [
        'signed out',
        401,
        () => (asked) => asked.set('Cookie', `${ada.cookie.split(';')[0] ?? ''}; __client_uat=0`),
      ],
      ['unknown client', 401, () => (asked) => asked.set('Cookie', '__session=clt_secret_client')],
      [
        'another session',
        401,
        () => (asked) =>
          asked.set('Authorization', ada.header).query({ _clerk_session_id: 'sess_secretsession' }),
      ],
      [
        'malformed session',
        401,
        () => (asked) =>
          asked
            .set('Cookie', ada.clientCookie)
            .query({ _clerk_session_id: 'sess_secret/../session' }),
      ],
      [
        'outage',
        503,
        () => (asked) => {
          clerk.outage('rate-limit', { retryAfter: 30 });
          return asked.set('Cookie', ada.clientCookie);
        },
      ],
    ];

    const SECRETS =
      /eyJ|sk_test_|pk_test_|clt_|ins_|sess_|user_|client_[A-Za-z0-9]{9}|__session|mch_|secret|127\.0\.0\.1|accounts\.dev|PUBLIC KEY|node_modules|\bat \S+:\d+/;

    it.each(REFUSED)('%s', async (_, status, ask) => {
      for (const app of [silent, telling]) {
        const answer = await ask()(get(app));
        clerk.outage(false);
        expect(answer.status).toBe(status);
        expect(`${JSON.stringify(answer.headers)} ${answer.text}`).not.toMatch(SECRETS);
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect(handled).toEqual([]);
      }
      expectUser(await get(telling).set('Authorization', ada.header), ada.userId);
    });
  });
});
