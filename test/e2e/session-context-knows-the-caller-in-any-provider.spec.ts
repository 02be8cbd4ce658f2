import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Body,
  Catch,
  Controller,
  Get,
  Inject,
  Injectable,
  Post,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type INestApplication,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  AcceptTokens,
  AuthGuard,
  ClerkModule,
  ClerkSessionMiddleware,
  OptionalSession,
  Public,
  RequireSession,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { tap, type Observable } from 'rxjs';
import request from 'supertest';
import { askRaw } from '../support/ask-raw.js';
import { SessionTeller } from '../support/session-teller.js';
import { ADAPTERS, startApp, type Adapter } from '../support/start-app.js';

/** Who was told to each part of the pipeline, in order. */
const told: [string, string | null][] = [];

@Injectable()
class TellingGuard implements CanActivate {
  constructor(private readonly teller: SessionTeller) {}

  canActivate(): boolean {
    told.push(['guard', this.teller.current()]);
    return true;
  }
}

@Injectable()
class TellingInterceptor implements NestInterceptor {
  constructor(private readonly teller: SessionTeller) {}

  intercept(_context: unknown, next: CallHandler): Observable<unknown> {
    told.push(['interceptor', this.teller.current()]);
    return next.handle().pipe(
      tap(() => {
        told.push(['interceptor, after', this.teller.current()]);
      }),
    );
  }
}

@Injectable()
class TellingPipe implements PipeTransform {
  constructor(private readonly teller: SessionTeller) {}

  transform(value: unknown): unknown {
    told.push(['pipe', this.teller.current()]);
    return value;
  }
}

@Catch()
class TellingFilter implements ExceptionFilter {
  constructor(
    private readonly teller: SessionTeller,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  catch(_error: unknown, host: ArgumentsHost): void {
    const { teller } = this;
    const body = { filter: teller.current(), peek: teller.peek() };
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), body, 418);
  }
}

@Controller()
class TellingController {
  constructor(private readonly teller: SessionTeller) {}

  @Get('me')
  @RequireSession()
  me(): object {
    const { teller } = this;
    return { current: teller.current(), required: teller.required(), peek: teller.peek() };
  }

  @Get('maybe')
  @OptionalSession()
  maybe(): object {
    return this.me();
  }

  @Get('public')
  @Public()
  open(): object {
    return this.me();
  }

  @Get('machine')
  @AcceptTokens('api_key')
  machine(): object {
    return this.me();
  }

  @Post('pipeline')
  @UseGuards(AuthGuard, TellingGuard)
  @UseInterceptors(TellingInterceptor)
  @UsePipes(TellingPipe)
  async pipeline(@Body() _body: unknown): Promise<object> {
    told.push(['handler', this.teller.current()]);
    await Promise.resolve();
    return { current: this.teller.current() };
  }

  @Get('throws')
  @RequireSession()
  @UseFilters(TellingFilter)
  throws(): never {
    throw new Error('It went wrong.');
  }

  @Get('admins')
  @RequireSession({ role: 'org:admin' })
  @UseFilters(TellingFilter)
  admins(): never {
    throw new Error('It went wrong.');
  }
}

let clerk: LocalClerk;
let ada: SignedIn;

beforeAll(async () => {
  clerk = await LocalClerk.start();
  ada = clerk.signIn('ada');
});

afterAll(() => clerk.stop());

const BODIES = [
  ['body parsers', {}],
  ['raw bodies', { rawBody: true }],
  ['no body parser', { bodyParser: false }],
] as const;

describe.each(ADAPTERS)('on %s', (adapter: Adapter) => {
  describe.each(BODIES)('with %s', (_name, options) => {
    let app: INestApplication;
    let before: ((teller: SessionTeller) => void) | undefined;

    beforeAll(async () => {
      app = await startApp(adapter, {
        imports: [ClerkModule.forRoot({ ...clerk.options(), sessionContext: true })],
        controllers: [TellingController],
        providers: [SessionTeller, TellingFilter],
        options,
        prepare: (made) => {
          const teller = made.get(SessionTeller);
          made.use('/observed', made.get(ClerkSessionMiddleware).use);
          made.use((_request: unknown, _response: unknown, next: () => void) => {
            before?.(teller);
            next();
          });
        },
      });
    });

    afterEach(() => {
      before = undefined;
      told.length = 0;
    });

    afterAll(() => app.close());

    const ask = (path: string, as?: SignedIn): request.Test =>
      request(app.getHttpServer())
        .get(path)
        .set(as === undefined ? {} : { Authorization: as.header });

    it('a provider knows whom the guard let in', async () => {
      const { userId } = ada;
      await ask('/me', ada).expect(200, { current: userId, required: userId, peek: userId });
      await ask('/maybe', ada).expect(200, { current: userId, required: userId, peek: userId });
    });

    it('who offers another protocol, as curl --http2 does, is known all the same', async () => {
      const { userId, header } = ada;
      const offer = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMA'];
      const { status, text } = await askRaw(app, '/me', [...offer, `Authorization: ${header}`]);
      expect(status).toBe(200);
      expect(text).toContain(JSON.stringify({ current: userId, required: userId, peek: userId }));
    });

    it('a guest is nobody, and refused where there must be somebody', async () => {
      const body = { current: 'guest', required: '401 session_required', peek: null };
      await ask('/maybe').expect(200, body);
    });

    it('a machine has no session', async () => {
      const key = clerk.createApiKey({ subject: ada });
      const body = { current: 'guest', required: '401 session_required', peek: null };
      await request(app.getHttpServer())
        .get('/machine')
        .set('Authorization', key.header)
        .expect(200, body);
    });

    it('a route on which no guard looks is not one of guests', async () => {
      const body = { current: 'guard_missing', required: 'guard_missing', peek: null };
      await ask('/public', ada).expect(200, body);
      await ask('/public').expect(200, body);
    });

    it('guards, interceptors, pipes and the handler see the same', async () => {
      const { userId } = ada;
      const response = await request(app.getHttpServer())
        .post('/pipeline')
        .set('Authorization', ada.header)
        .send({ some: 'body' });
      expect(response.body).toEqual({ current: userId });
      expect(told).toEqual([
        ['guard', userId],
        ['interceptor', userId],
        ['pipe', userId],
        ['handler', userId],
        ['interceptor, after', userId],
      ]);
    });

    it('a filter knows whose handler threw', async () => {
      await ask('/throws', ada).expect(418, { filter: ada.userId, peek: ada.userId });
    });

    it('a filter may peek at whom the guard refused, who is not let in by that', async () => {
      await ask('/admins', ada).expect(418, { filter: 'guard_missing', peek: ada.userId });
      await ask('/admins').expect(418, { filter: 'guard_missing', peek: null });
    });

    it('middleware before the guard knows nobody yet', async () => {
      before = (teller) => told.push([teller.current(), teller.peek()]);
      await ask('/me', ada).expect(200);
      expect(told).toEqual([['guard_missing', null]]);
    });

    it('middleware behind the one that looks may peek', async () => {
      before = (teller) => told.push([teller.current(), teller.peek()]);
      await ask('/observed', ada).expect(404);
      expect(told).toEqual([['guard_missing', ada.userId]]);
    });
  });
});
