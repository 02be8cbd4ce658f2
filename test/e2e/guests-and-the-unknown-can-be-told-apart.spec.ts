import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Inject, Req, type INestApplication } from '@nestjs/common';
import {
  ClerkModule,
  CurrentSession,
  OptionalSession,
  SessionService,
  type HttpRequest,
  type Session,
} from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import type { App } from 'supertest/types.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

@Controller()
class CartController {
  constructor(@Inject(SessionService) private readonly sessions: SessionService) {}

  @Get('seen')
  @OptionalSession()
  seen(@CurrentSession() session: Session | null) {
    return { of: session?.userId ?? 'a guest' };
  }

  /** As docs/guide/outages.md has it. */
  @Get('cart')
  @OptionalSession()
  async cart(@Req() asked: HttpRequest) {
    const session = await this.sessions.authenticate(asked);
    return { of: session?.userId ?? 'a guest' };
  }
}

describe.each(ADAPTERS)('%s, on an optional route', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication<App>;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot(clerk.options())],
      controllers: [CartController],
    });
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  const ask = (path: string, cookie?: string) => {
    const asked = request(app.getHttpServer()).get(path);
    return cookie === undefined ? asked : asked.set('Cookie', cookie);
  };

  it('a guest is a guest, and whoever is known is known', async () => {
    const ada = clerk.signIn('ada');
    await ask('/cart').expect(200, { of: 'a guest' });
    await ask('/cart', ada.clientCookie).expect(200, { of: ada.userId });
  });

  it('in an outage the handler that asks says 503, and Clerk is asked no second time', async () => {
    const { clientCookie } = clerk.signIn('ada');
    clerk.outage('rate-limit', { retryAfter: 30 });
    clerk.forgetCalls();

    await ask('/cart', clientCookie).expect(503, '').expect('Retry-After', '30');
    await ask('/seen', clientCookie).expect(200, { of: 'a guest' });
    await ask('/cart').expect(200, { of: 'a guest' });
    expect(clerk.callCount).toBe(1);
  });
});
