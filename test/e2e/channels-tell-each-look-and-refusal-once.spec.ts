import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication, MiddlewareConsumer, NestModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import {
  CHANNELS,
  ClerkModule,
  ClerkSessionMiddleware,
  sessionOf,
  SessionService,
  type AuthenticationDiagnostic,
  type HttpRequest,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { OUTCOMES, OutcomesController, STAFF } from '../support/outcomes.js';
import { RecordedChannels } from '../support/recorded-channels.js';
import { RecordedLog } from '../support/recorded-log.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

const storage = new AsyncLocalStorage<{ user?: string }>();

@Module({})
class MiddlewareModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    const enter = (_request: unknown, _response: unknown, next: () => void): void => {
      storage.run({}, next);
    };
    consumer.apply(enter, ClerkSessionMiddleware).forRoutes('crowd');
  }
}

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;
  let told: RecordedChannels;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
  });

  afterAll(async () => {
    await clerk.stop();
  });

  beforeEach(async () => {
    clerk.forgetCalls();
    // One for each test: after an outage an application does not ask for a while.
    app = await startApp(adapter, {
      imports: [
        ClerkModule.forRoot({ ...clerk.options(), errorBody: 'problem' }),
        MiddlewareModule,
      ],
      controllers: [OutcomesController],
    });
    await get('/me').set('Authorization', ada.header).expect(200);
    told = new RecordedChannels();
  });

  afterEach(async () => {
    told.close();
    clerk.outage(false);
    await app.close();
  });

  const get = (path: string): request.Test => request(app.getHttpServer()).get(path);

  it.each(OUTCOMES)('$kind is told once, with its refusal if there is one', async (outcome) => {
    const answer = await outcome.ask(app.getHttpServer(), clerk, ada);
    expect(answer.status).toBe(outcome.status);
    const [look, ...others] = told.of('authentication');
    expect(others).toEqual([]);
    expect(look?.authentication.kind).toBe(outcome.kind);
    expect(look?.milliseconds).toBeGreaterThanOrEqual(0);

    const refusals = told.of('refusal');
    if (outcome.code === undefined) {
      expect(refusals).toEqual([]);
      return;
    }
    const { code, status } = outcome;
    expect(answer.body).toMatchObject({ code, status });
    expect(refusals).toEqual([
      {
        request: look?.request,
        controller: 'OutcomesController',
        handler: outcome.kind === 'cross_site' ? 'change' : 'me',
        status,
        code,
        authentication: look?.authentication,
      },
    ]);
  });

  it('the request is the one that the platform hands to handlers, with its headers', async () => {
    await get('/me').set('Authorization', ada.header).set('X-Marked', 'yes').expect(200);
    const [look] = told.of('authentication');
    const { headers } = look?.request as HttpRequest;
    expect(headers).toMatchObject({ authorization: ada.header, 'x-marked': 'yes' });
    // Only Fastify's own has an id.
    expect('id' in look!.request).toBe(adapter === 'fastify');
    expect(sessionOf(look!.request)?.userId).toBe(ada.userId);
  });

  it('is told once however many look, whoever is the first', async () => {
    await get('/crowd').set('Authorization', ada.header).expect(200);
    expect(told.of('authentication')).toHaveLength(1);
    await get('/crowd').set('Cookie', ada.clientCookie).expect(200);
    expect(told.of('authentication')).toHaveLength(2);
    await get('/crowd').expect(401);
    expect(told.of('authentication')).toHaveLength(3);
    expect(told.of('refusal')).toHaveLength(1);
  });

  it('a live route is told with what Clerk says, and not twice', async () => {
    const eve = clerk.signIn('eve');
    await get('/live').set('Authorization', eve.header).expect(200);
    expect(told.of('authentication')).toMatchObject([
      { authentication: { kind: 'authenticated', live: true } },
    ]);
    clerk.revoke(eve);
    told.forget();
    await get('/live').set('Authorization', eve.header).expect(401);
    expect(told.of('authentication')).toMatchObject([
      { authentication: { kind: 'rejected', code: 'session_not_active' } },
    ]);
    expect(told.of('refusal')).toMatchObject([{ handler: 'live', code: 'session_not_active' }]);
  });

  it('nothing is told of a public route, whatever it is asked with', async () => {
    await get('/public').set('Authorization', ada.header).expect(200);
    await get('/public').expect(200);
    expect(told.of('authentication')).toEqual([]);
    expect(told.of('refusal')).toEqual([]);
  });

  it('demands and predicates that are not met are refusals of somebody known', async () => {
    await get('/admin').set('Authorization', ada.header).expect(403);
    await get('/staff').set('Authorization', ada.header).expect(403);
    const staff = clerk.signIn('staff');
    STAFF.add(staff.userId);
    await get('/staff').set('Authorization', staff.header).expect(200);
    expect(
      told.of('refusal').map(({ handler, status, code, authentication }) => ({
        handler,
        status,
        code,
        user: authentication.kind === 'authenticated' ? authentication.session.userId : null,
      })),
    ).toEqual([
      { handler: 'admin', status: 403, code: 'no_active_organization', user: ada.userId },
      { handler: 'staff', status: 403, code: 'requirement_not_met', user: ada.userId },
    ]);
  });

  it('each try to call Clerk is told, with a route that holds no id', async () => {
    await get(`/me?_clerk_session_id=${ada.sessionId}`).set('Cookie', ada.clientCookie).expect(200);
    expect(told.of('backendCall')).toEqual([
      {
        method: 'POST',
        route: '/sessions/{id}/verify',
        status: 200,
        milliseconds: expect.any(Number),
      },
    ]);
    told.forget();
    clerk.outage('unavailable');
    await get('/me').set('Cookie', ada.clientCookie).expect(503);
    const tries = told.of('backendCall');
    expect(tries).toHaveLength(clerk.callsTo('/v1/clients/verify').length);
    expect(tries.length).toBeGreaterThan(1);
    for (const one of tries) {
      expect(one).toMatchObject({ method: 'POST', route: '/clients/verify', status: 503 });
    }
    expect(JSON.stringify(tries)).not.toContain('sess_');
  });

  it('sessions that were ended are told by their id, and none that there is not', async () => {
    const sessions = app.get(SessionService);
    const eve = clerk.signIn('user_eve_of_two');
    const phone = clerk.signIn('user_eve_of_two');
    await sessions.revokeSession(eve.sessionId);
    expect(told.of('sessionRevoked')).toEqual([{ sessionId: eve.sessionId }]);
    await sessions.revokeSessions(eve.userId);
    expect(told.of('sessionRevoked').slice(1)).toEqual([{ sessionId: phone.sessionId }]);
    await expect(sessions.revokeSession('sess_unknown')).resolves.toBeNull();
    expect(told.of('sessionRevoked')).toHaveLength(2);
    const routes = told.of('backendCall').map(({ route }) => route);
    expect(new Set(routes)).toEqual(new Set(['/sessions/{id}/revoke', '/sessions']));
  });

  it('is told in the async context of its request, also while Clerk is asked for several', async () => {
    const users = [clerk.signIn('one'), clerk.signIn('two'), clerk.signIn('three')];
    const stores = new Map<object, string | undefined>();
    const note = (message: unknown): void => {
      const { authentication } = message as AuthenticationDiagnostic;
      const store = storage.getStore();
      if (store === undefined || authentication.kind !== 'authenticated') return;
      store.user = authentication.session.userId;
      stores.set(store, store.user);
    };
    subscribe(CHANNELS.authentication, note);
    try {
      await Promise.all(
        users.map(async ({ clientCookie }) =>
          get('/crowd').set('Cookie', clientCookie).expect(200),
        ),
      );
    } finally {
      unsubscribe(CHANNELS.authentication, note);
    }
    expect([...stores.values()].sort()).toEqual(users.map(({ userId }) => userId).sort());
    expect([...stores].every(([store, user]) => (store as { user?: string }).user === user)).toBe(
      true,
    );
  });

  it('a subscriber that throws ends nothing and is told of once; those after it hear all', async () => {
    const log = new RecordedLog().listen();
    const thrower = (): never => {
      throw new Error('mistake in a subscriber');
    };
    const rejecter = (): Promise<never> => Promise.reject(new Error('mistake in an async one'));
    const changer = (message: unknown): void => {
      (message as { authentication: unknown }).authentication = { kind: 'anonymous' };
    };
    const heard: unknown[] = [];
    const hear = (message: unknown): void => void heard.push(message);
    const subscribers = [thrower, rejecter, changer, hear];
    for (const one of subscribers) subscribe(CHANNELS.authentication, one);
    try {
      for (let count = 0; count < 3; count += 1) {
        await get('/me').set('Authorization', ada.header).expect(200);
      }
    } finally {
      for (const one of subscribers) unsubscribe(CHANNELS.authentication, one);
    }
    expect(heard).toHaveLength(3);
    expect(heard).toMatchObject(Array(3).fill({ authentication: { kind: 'authenticated' } }));
    const errors = log.said('error');
    expect(errors).toHaveLength(3);
    expect(errors[0]).toContain(`A subscriber of the channel "${CHANNELS.authentication}" threw`);
    expect(errors.join('\n')).toContain('mistake in a subscriber');
    expect(errors.join('\n')).toContain('mistake in an async one');
    expect(log.whole).not.toContain(ada.sessionToken);
  });
});
