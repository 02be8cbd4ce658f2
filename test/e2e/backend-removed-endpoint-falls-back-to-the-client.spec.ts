import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { backendCalls } from '../support/backend-calls.js';
import { handled, ProbeController } from '../support/probe-controller.js';
import { isRefused, isUnknowable, passes } from '../support/refusals.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

const CASES = ADAPTERS.flatMap((adapter) =>
  (['gone', 'deprecated'] as const).map((removal) => [adapter, removal] as const),
);

describe.each(CASES)('on %s, with sessions/{id}/verify %s', (adapter, sessionVerify) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;
  let bob: SignedIn;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ sessionVerify });
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ ...clerk.options(), errorBody: 'problem' })],
      controllers: [ProbeController],
    });
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
    ada = clerk.signIn('ada');
    bob = clerk.signIn('bob', { client: ada });
    clerk.forgetCalls();
  });

  const ask = (id: string): request.Test =>
    request(app.getHttpServer()).get(`/me?_clerk_session_id=${id}`).set('Cookie', ada.clientCookie);

  it('the asked session is found among those of the client, last active or not', async () => {
    await passes(ask(ada.sessionId), ada.userId);
    expect(backendCalls(clerk)).toEqual([
      `POST /v1/sessions/${ada.sessionId}/verify`,
      'POST /v1/clients/verify',
    ]);
    await passes(ask(bob.sessionId), bob.userId);
  });

  it('it is never replaced by the last active one', async () => {
    await isRefused(ask('sess_unknown'), 'no_active_session');
    await isRefused(ask(clerk.signIn('carol').sessionId), 'no_active_session');
  });

  it.each([
    ['revoked', 'session_not_active'],
    ['ended', 'session_not_active'],
    ['removed', 'session_not_active'],
    ['pending', 'session_pending'],
  ] as const)('it is refused while it is %s', async (status, code) => {
    clerk.setStatus(ada, status);
    await isRefused(ask(ada.sessionId), code);
    await passes(ask(bob.sessionId), bob.userId);
  });

  it('an unknown client is refused', async () => {
    const asked = request(app.getHttpServer())
      .get(`/me?_clerk_session_id=${ada.sessionId}`)
      .set('Cookie', '__session=clt_nobody');
    await isRefused(asked, 'client_token_invalid');
  });

  it('when the client cannot be asked either, nobody knows', async () => {
    clerk.answer('POST', '/v1/clients/verify', { status: 403, body: {} });
    await isUnknowable(ask(ada.sessionId));
    clerk.answer('POST', '/v1/clients/verify', undefined);
    await passes(ask(ada.sessionId), ada.userId);
  });
});
