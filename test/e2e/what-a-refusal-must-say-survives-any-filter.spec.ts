import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Catch,
  Controller,
  Get,
  HttpCode,
  HttpException,
  Inject,
  Injectable,
  Redirect,
  UseGuards,
  type ArgumentsHost,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type Type,
} from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import {
  AccessDeniedException,
  AuthGuard,
  ClerkModule,
  RequireSession,
  type ClerkOptions,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { expectUser } from '../support/expect-answer.js';
import { handled, ProbeController } from '../support/probe-controller.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

/** The one of Nest's documentation, to the letter. */
@Catch()
class CatchEverythingFilter implements ExceptionFilter {
  constructor(@Inject(HttpAdapterHost) private readonly httpAdapterHost: HttpAdapterHost) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const { httpAdapter } = this.httpAdapterHost;
    const ctx = host.switchToHttp();
    const httpStatus = exception instanceof HttpException ? exception.getStatus() : 500;
    const responseBody = {
      ...(exception instanceof HttpException ? Object(exception.getResponse()) : {}),
      path: String(httpAdapter.getRequestUrl(ctx.getRequest())),
    } as object;
    httpAdapter.reply(ctx.getResponse(), responseBody, httpStatus);
  }
}

@Catch()
class InheritingFilter extends BaseExceptionFilter {
  constructor(@Inject(HttpAdapterHost) { httpAdapter }: HttpAdapterHost) {
    super(httpAdapter);
  }

  override catch(exception: unknown, host: ArgumentsHost): void {
    super.catch(exception, host);
  }
}

interface Answering {
  status(code: number): { readonly send: (body: unknown) => void };
}

@Catch(HttpException)
class PlainFilter implements ExceptionFilter<HttpException> {
  catch(exception: HttpException, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Answering>();
    response.status(exception.getStatus()).send(exception.getResponse());
  }
}

const FILTERS: readonly Type<ExceptionFilter>[] = [
  CatchEverythingFilter,
  InheritingFilter,
  PlainFilter,
];

const STEP_UP = {
  type: 'forbidden',
  reason: 'reverification-error',
  metadata: { reverification: 'strict' },
};

/** Lets callers in whom our guard refuses. */
@Injectable()
class OrGuard implements CanActivate {
  constructor(@Inject(AuthGuard) private readonly guard: AuthGuard) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    try {
      return await this.guard.canActivate(context);
    } catch {
      return true;
    }
  }
}

@Injectable()
class CachingGuard implements CanActivate {
  canActivate(context: ExecutionContext): true {
    const response = context.switchToHttp().getResponse<ServerResponse | { raw: ServerResponse }>();
    const raw = 'raw' in response ? response.raw : response;
    raw.setHeader('Retry-After', '77');
    return true;
  }
}

@Controller('own')
class OwnController {
  @Get('denied')
  denied(): never {
    throw new AccessDeniedException('reverification_required', { reverification: 'strict' });
  }

  @Get('step-up')
  @RequireSession({ reverification: 'strict' })
  stepUp(): void {
    handled.push('step-up');
  }

  @Get('either')
  @UseGuards(OrGuard)
  either(): object {
    handled.push('either');
    return { user: 'other' };
  }

  @Get('nothing')
  @UseGuards(OrGuard)
  @HttpCode(204)
  nothing(): void {
    handled.push('nothing');
  }

  @Get('elsewhere')
  @UseGuards(OrGuard)
  @Redirect('/public', 302)
  elsewhere(): void {
    handled.push('elsewhere');
  }

  @Get('cached')
  @UseGuards(CachingGuard, OrGuard)
  cached(): object {
    handled.push('cached');
    return { user: 'other' };
  }
}

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  const started: INestApplication[] = [];

  const start = async (
    options: ClerkOptions = {},
    filter?: Type<ExceptionFilter>,
  ): Promise<INestApplication> => {
    const app = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ ...clerk.options(), ...options })],
      controllers: [ProbeController, OwnController],
      providers: [
        OrGuard,
        ...(filter === undefined ? [] : [{ provide: APP_FILTER, useClass: filter }]),
      ],
    });
    started.push(app);
    return app;
  };

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
  });

  afterAll(async () => {
    await Promise.all(started.map((app) => app.close()));
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
    clerk.outage(false);
  });

  const get = (app: INestApplication, path: string): request.Test =>
    request(app.getHttpServer()).get(path);

  describe.each(FILTERS)('%p', (filter) => {
    let app: INestApplication;
    beforeAll(async () => {
      app = await start({}, filter);
    });

    it('sends the challenge', async () => {
      const nobody = await get(app, '/me').expect(401);
      expect(nobody.headers['www-authenticate']).toBe('Bearer');
      expect(nobody.body).toMatchObject({ statusCode: 401, code: 'session_required' });
      const invalid = await get(app, '/me').set('Authorization', 'Bearer x').expect(401);
      expect(invalid.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
      expect(invalid.body).toMatchObject({ code: 'token_malformed' });
      expect(handled).toEqual([]);
      const admitted = await get(app, '/me').set('Authorization', ada.header);
      expectUser(admitted, ada.userId);
      expect(admitted.headers).not.toHaveProperty('www-authenticate');
    });

    it('sends Retry-After', async () => {
      clerk.outage('rate-limit', { retryAfter: 30 });
      const { headers, body } = await get(app, '/me').set('Cookie', ada.clientCookie).expect(503);
      expect(headers['retry-after']).toBe('30');
      expect(headers).not.toHaveProperty('www-authenticate');
      expect(body).toMatchObject({ statusCode: 503, code: 'authority_unavailable' });
    });

    it.each(['/own/denied', '/own/step-up'])('tells the front end to step up: %s', async (path) => {
      const token = clerk.mint({ session: ada, claims: { fva: [30, -1] } });
      const { body } = await get(app, path).set('Authorization', `Bearer ${token}`).expect(403);
      expect(body).toMatchObject({
        statusCode: 403,
        code: 'reverification_required',
        clerk_error: STEP_UP,
      });
      expect(handled).toEqual([]);
    });
  });

  describe('nothing of a refusal stays on an answer to somebody who was let in after all:', () => {
    it.each([
      ['/own/either', 200],
      ['/own/nothing', 204],
      ['/own/elsewhere', 302],
    ])('%s', async (path, status) => {
      const app = await start();
      const invalid = await get(app, path).set('Authorization', 'Bearer x').expect(status);
      expect(invalid.headers).not.toHaveProperty('www-authenticate');
      expect(handled).toHaveLength(1);
      clerk.outage('rate-limit', { retryAfter: 30 });
      const unknown = await get(app, path).set('Cookie', ada.clientCookie).expect(status);
      expect(unknown.headers).not.toHaveProperty('retry-after');
      expect(handled).toHaveLength(2);
    });

    it('and what the application had set itself is as it was', async () => {
      const app = await start();
      clerk.outage('rate-limit', { retryAfter: 30 });
      const { headers } = await get(app, '/own/cached').set('Cookie', ada.clientCookie).expect(200);
      expect(headers['retry-after']).toBe('77');
      expect(handled).toEqual(['cached']);
    });
  });

  describe("errorBody 'nest' is Nest's usual JSON with the code:", () => {
    let app: INestApplication;
    beforeAll(async () => {
      app = await start({ errorBody: 'nest' });
    });

    it('401', async () => {
      const { headers, body } = await get(app, '/me').expect(401);
      expect(headers['content-type']).toMatch(/^application\/json/);
      expect(headers['www-authenticate']).toBe('Bearer');
      expect(body).toEqual({
        statusCode: 401,
        code: 'session_required',
        message: 'Sign in first: this needs a session.',
      });
      expect(handled).toEqual([]);
      expectUser(await get(app, '/me').set('Authorization', ada.header), ada.userId);
    });

    it('503', async () => {
      clerk.outage('rate-limit', { retryAfter: 30 });
      const { headers, body } = await get(app, '/me').set('Cookie', ada.clientCookie).expect(503);
      expect(headers['retry-after']).toBe('30');
      expect(body).toMatchObject({ statusCode: 503, code: 'authority_unavailable' });
    });

    it.each(['/own/denied', '/own/step-up'])('403: %s', async (path) => {
      const token = clerk.mint({ session: ada, claims: { fva: [30, -1] } });
      const asked = get(app, path).set('Authorization', `Bearer ${token}`).expect(403);
      const { headers, body } = await asked;
      expect(headers['content-type']).toMatch(/^application\/json/);
      expect(body).toMatchObject({ statusCode: 403, clerk_error: STEP_UP });
    });

    it('and HEAD has none', async () => {
      const answer = await request(app.getHttpServer()).head('/me').expect(401);
      expect(answer.text || '').toBe('');
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    });
  });
});
