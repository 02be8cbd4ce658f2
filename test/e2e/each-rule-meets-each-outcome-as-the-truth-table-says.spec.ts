import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { handled, ProbeController } from '../support/probe-controller.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

const UNKNOWN = { 'WWW-Authenticate': 'Bearer' };
const INVALID = { 'WWW-Authenticate': 'Bearer error="invalid_token"' };

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot(clerk.options())],
      controllers: [ProbeController],
    });
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
    clerk.outage(false);
  });

  const get = (path: string): request.Test => request(app.getHttpServer()).get(path);

  async function passes(asked: request.Test, user: string | null): Promise<void> {
    const { body } = await asked.expect(200);
    expect(body).toEqual({ user });
    expect(handled).toHaveLength(1);
  }

  async function isRefused(
    asked: request.Test,
    status: number,
    headers: Record<string, string>,
  ): Promise<void> {
    const answer = await asked.expect(status);
    expect(answer.text).toBe('');
    expect(answer.headers).toMatchObject(
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      ),
    );
    expect(handled).toEqual([]);
  }

  describe('without a credential', () => {
    it('refuses where a session is required', () => isRefused(get('/me'), 401, UNKNOWN));
    it('passes where it is optional', () => passes(get('/maybe'), null));
    it('passes where it is optional but must hold', () => passes(get('/strict-maybe'), null));
    it('passes where nothing is demanded', () => passes(get('/public'), null));
  });

  describe('with a valid session token', () => {
    it.each(['/me', '/maybe', '/strict-maybe'])('passes to %s with the session', (path) =>
      passes(get(path).set('Authorization', ada.header), ada.userId),
    );
    it('does not even look where nothing is demanded', () =>
      passes(get('/public').set('Authorization', ada.header), null));
  });

  describe('with an expired session token', () => {
    const expired = (path: string): request.Test =>
      get(path).set('Authorization', `Bearer ${clerk.mint({ session: ada, expiresIn: -60 })}`);

    it('refuses where a session is required', () => isRefused(expired('/me'), 401, INVALID));
    it('passes without a session where it is optional', () => passes(expired('/maybe'), null));
    it('refuses where it must hold', () => isRefused(expired('/strict-maybe'), 401, INVALID));
    it('passes where nothing is demanded', () => passes(expired('/public'), null));
  });

  describe('while Clerk cannot be asked', () => {
    const unknowable = (path: string): request.Test => {
      clerk.outage('rate-limit', { retryAfter: 30 });
      return get(path).set('Cookie', ada.clientCookie);
    };

    it('answers 503 where a session is required', () =>
      isRefused(unknowable('/me'), 503, { 'Retry-After': '30' }));
    it('passes without a session where it is optional', () => passes(unknowable('/maybe'), null));
    it('passes too where it must hold: nobody said that it does not', () =>
      passes(unknowable('/strict-maybe'), null));
    it('passes where nothing is demanded', () => passes(unknowable('/public'), null));
  });
});
