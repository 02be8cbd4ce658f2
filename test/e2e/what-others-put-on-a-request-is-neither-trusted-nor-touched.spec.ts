import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Injectable,
  Module,
  Req,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
  type MiddlewareConsumer,
  type NestModule,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ClerkModule, CurrentSession, OptionalSession, RequireSession } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { expectRefused } from '../support/expect-answer.js';
import { handled } from '../support/probe-controller.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

const FORGED = { userId: 'user_x', sub: 'user_x', isAuthenticated: true };

/** Where other libraries keep who is calling. */
const PLACES = {
  auth: FORGED,
  user: FORGED,
  session: { ...FORGED, id: 'sess_x', status: 'active' },
  clerk: FORGED,
  userId: 'user_x',
  sessionId: 'sess_x',
  cookies: { __session: 'forged', __client_uat: '1' },
  signedCookies: { __session: 'forged' },
};

interface Carrier {
  readonly raw?: object;
}

/** Node's request, below whatever the adapter makes of it. */
const nodeRequestOf = (carrier: Carrier): object => carrier.raw ?? carrier;

const placesOf = (carrier: object): unknown =>
  Object.fromEntries(Object.entries(carrier).filter(([name]) => name in PLACES));

@Injectable()
class AnotherLibrary implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    Object.assign(context.switchToHttp().getRequest<object>(), PLACES);
    return true;
  }
}

@Controller()
class PlacesController {
  @Get('me')
  @RequireSession()
  me(@Req() carrier: Carrier, @CurrentSession('userId') user: string): object {
    handled.push('me');
    return { user, here: placesOf(carrier), below: placesOf(nodeRequestOf(carrier)) };
  }

  @Get('maybe')
  @OptionalSession()
  maybe(@CurrentSession('userId') user: string | null): object {
    handled.push('maybe');
    return { user };
  }

  @Get('shown')
  @RequireSession()
  shown(@Req() carrier: Carrier): object {
    const below = nodeRequestOf(carrier);
    const names = [...Object.keys(carrier), ...Object.keys(below)].filter((name) =>
      /clerk/i.test(name),
    );
    return { names, spread: Object.getOwnPropertySymbols({ ...below }).map(String) };
  }
}

/** First of all middleware; on Fastify it is given Node's request. */
@Module({})
class AnotherMiddleware implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    const put = (carrier: object, _response: unknown, next: () => void): void => {
      Object.assign(carrier, PLACES);
      next();
    };
    consumer.apply(put).forRoutes('{*path}');
  }
}

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication;
  let plain: INestApplication;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    const options = { ...clerk.options(), errorBody: 'problem' } as const;
    const controllers = [PlacesController];
    app = await startApp(adapter, {
      imports: [AnotherMiddleware, ClerkModule.forRoot(options)],
      controllers,
      providers: [{ provide: APP_GUARD, useClass: AnotherLibrary }],
    });
    plain = await startApp(adapter, { imports: [ClerkModule.forRoot(options)], controllers });
  });

  afterAll(async () => {
    await app.close();
    await plain.close();
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
  });

  const get = (path: string): request.Test => request(app.getHttpServer()).get(path);

  it('refuses whom only others know', async () => {
    expectRefused(await get('/me'), 'session_required');
    const { body } = await get('/maybe').expect(200);
    expect(body).toEqual({ user: null });
  });

  it('refuses whom others know and whose own token does not hold', async () => {
    const forged = `Bearer ${clerk.mint({ session: ada, key: 'foreign' })}`;
    expectRefused(await get('/me').set('Authorization', forged), 'token_signature_invalid');
  });

  it.each<[string, () => [string, string]]>([
    ['a header', () => ['Authorization', ada.header]],
    ['a cookie', () => ['Cookie', ada.cookie]],
    ['a client token', () => ['Cookie', ada.clientCookie]],
  ])('goes by %s, and leaves to others what is theirs', async (_, credential) => {
    const [name, value] = credential();
    const { body } = await get('/me').set(name, value).expect(200);
    expect(handled).toEqual(['me']);
    expect(body).toEqual({ user: ada.userId, here: PLACES, below: PLACES });
  });

  it('adds nothing of that kind itself', async () => {
    const asked = request(plain.getHttpServer()).get('/me').set('Authorization', ada.header);
    const { body } = await asked.expect(200);
    expect(body).toEqual({ user: ada.userId, here: {}, below: {} });
  });

  it('what it does add shows up in no listing and no copy of the request', async () => {
    const asked = request(plain.getHttpServer()).get('/shown').set('Authorization', ada.header);
    const { body } = await asked.expect(200);
    expect(body.names).toEqual([]);
    expect(String(body.spread)).not.toContain('clerk');
  });
});
