import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { backendCalls } from '../support/backend-calls.js';
import { handled, ProbeController } from '../support/probe-controller.js';
import { isRefused, passes } from '../support/refusals.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;
  let victim: SignedIn;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    victim = clerk.signIn('victim');
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
    clerk.forgetCalls();
  });

  const ask = (query: string): request.Test =>
    request(app.getHttpServer()).get(`/me?${query}`).set('Cookie', ada.clientCookie);

  // `$` stands for the victim's id.
  it.each([
    // The original SDK put these into the path: the victim was signed out, and the caller signed in as the victim.
    ['revoke the victim', '_clerk_session_id=$/revoke?x='],
    ['the same, encoded', '_clerk_session_id=$%2Frevoke%3Fx%3D'],
    ['a query', '_clerk_session_id=$%3Fx=1'],
    ['a fragment', '_clerk_session_id=$%23'],
    ['a dot segment', '_clerk_session_id=..'],
    ['an encoded dot segment', '_clerk_session_id=%2e%2e'],
    ['a doubly encoded dot segment', '_clerk_session_id=%252e%252e'],
    ['a dot segment behind an id', '_clerk_session_id=$%2F..%2F..%2Fusers'],
    ['a backslash', '_clerk_session_id=$%5Crevoke'],
    ['a semicolon', '_clerk_session_id=$%3B'],
    ['empty', '_clerk_session_id='],
    ['without a value', '_clerk_session_id'],
    ['a blank', '_clerk_session_id=%20'],
    ['a blank before', '_clerk_session_id=%20$'],
    ['a blank behind', '_clerk_session_id=$+'],
    ['a line break behind', '_clerk_session_id=$%0A'],
    ['a header behind', '_clerk_session_id=$%0D%0AAuthorization:%20x'],
    ['a zero byte behind', '_clerk_session_id=$%00'],
    ['a joined list', '_clerk_session_id=$,$'],
    ['repeated', '_clerk_session_id=$&_clerk_session_id=$'],
    ['empty, then an id', '_clerk_session_id=&_clerk_session_id=$'],
    ['an id, then empty', '_clerk_session_id=$&_clerk_session_id='],
    ['a list', '_clerk_session_id[]=$'],
    ['a list, encoded', '_clerk_session_id%5B%5D=$'],
    ['a list by number', '_clerk_session_id[0]=$'],
    ['an object', '_clerk_session_id[id]=$'],
    ['an object that mimics a string', '_clerk_session_id[toString]=$'],
    ['an id and a list', '_clerk_session_id=$&_clerk_session_id[]=$'],
    ['an encoded name, emptied', '%5Fclerk_session_id='],
    ['no prefix', '_clerk_session_id=1234'],
    ['another prefix', '_clerk_session_id=user_1234'],
    ['the prefix alone', '_clerk_session_id=sess_'],
    ['the prefix in capitals', '_clerk_session_id=SESS_1234'],
    ['a letter beyond ASCII', '_clerk_session_id=sess_%C3%A9'],
    ['a digit beyond ASCII', '_clerk_session_id=sess_%EF%BC%91'],
    ['a broken percent sequence', '_clerk_session_id=sess_%'],
    ['a hyphen', '_clerk_session_id=sess_1-2'],
    ['a second underscore', '_clerk_session_id=sess_1_2'],
    ['null in words', '_clerk_session_id=null'],
    ['undefined in words', '_clerk_session_id=undefined'],
    ['far too long', `_clerk_session_id=sess_${'a'.repeat(3000)}`],
  ])('%s', async (_, query) => {
    await isRefused(ask(query.replaceAll('$', victim.sessionId)), 'session_id_malformed');
    expect(backendCalls(clerk)).toEqual([]);
    expect(clerk.session(victim).status).toBe('active');
  });

  it.each([
    ['a well-formed id', '_clerk_session_id=sess_$'],
    ['an encoded name', '%5Fclerk_session_id=sess_$'],
    ['an encoded letter', '_clerk_session_id=%73ess_$'],
    ['other parameters around it', 'a=1&_clerk_session_id=sess_$&b[]=2'],
  ])('%s asks once', async (_, query) => {
    await passes(ask(query.replace('$', ada.sessionId.slice('sess_'.length))), ada.userId);
    expect(backendCalls(clerk)).toEqual([`POST /v1/sessions/${ada.sessionId}/verify`]);
  });

  it.each(['session_id=sess_1', '__clerk_session_id=sess_1', '_CLERK_SESSION_ID=sess_1', 'x=1'])(
    '%s is no such parameter: the last active session counts',
    async (query) => {
      await passes(ask(query), ada.userId);
      expect(backendCalls(clerk)).toEqual(['POST /v1/clients/verify']);
    },
  );

  it.each(['/maybe', '/strict-maybe'])('%s never passes with a session either', async (path) => {
    const url = `${path}?_clerk_session_id=${victim.sessionId}%2Frevoke%3Fx%3D`;
    const asked = request(app.getHttpServer()).get(url).set('Cookie', ada.clientCookie);
    await (path === '/maybe' ? passes(asked, null) : isRefused(asked, 'session_id_malformed'));
    expect(backendCalls(clerk)).toEqual([]);
  });

  it('a session token is bound by the id as well, without any call', async () => {
    const askSigned = (id: string): request.Test =>
      request(app.getHttpServer())
        .get(`/me?_clerk_session_id=${id}`)
        .set('Authorization', ada.header);
    await passes(askSigned(ada.sessionId), ada.userId);
    await isRefused(askSigned(victim.sessionId), 'session_mismatch');
    await isRefused(askSigned(''), 'session_id_malformed');
    expect(backendCalls(clerk)).toEqual([]);
  });

  it.each([
    ['the client token', (): string => ada.clientToken],
    ['a token with dots in it', (): string => `${ada.clientToken}.a`],
    ['something long', (): string => 'x'.repeat(8000)],
  ])('%s in the Authorization header is refused without a call', async (_, token) => {
    const asked = request(app.getHttpServer())
      .get('/me')
      .set('Authorization', `Bearer ${token()}`)
      .set('Cookie', ada.clientCookie);
    await isRefused(asked, 'token_malformed');
    expect(backendCalls(clerk)).toEqual([]);
  });
});
