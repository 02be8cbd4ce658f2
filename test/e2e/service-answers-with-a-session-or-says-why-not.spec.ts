import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import {
  AuthorityUnavailableException,
  Client,
  ClerkModule,
  ConfigurationError,
  Session,
  SessionService,
  UnauthenticatedException,
  type ClerkOptions,
  type UnauthenticatedCode,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { MESSAGES } from '../../src/errors/messages.js';
import { askBackend } from '../support/ask-backend.js';
import { backendCalls } from '../support/backend-calls.js';
import { startApp } from '../support/start-app.js';
import { until } from '../support/until.js';

let clerk: LocalClerk;
let app: INestApplication;
let service: SessionService;
let ada: SignedIn;
const others: INestApplication[] = [];
/** Milliseconds that the clock is ahead: a pause that Clerk asked for in one test is over in the next. */
let ahead = 0;
const now = (): number => Date.now() + ahead;

beforeAll(async () => {
  clerk = await LocalClerk.start({ now });
  service = await serviceWith({});
  await until(() => clerk.callsTo('/v1/jwks').length === 1);
});

beforeEach(() => {
  clerk.outage(false);
  ada = clerk.signIn('ada');
  clerk.forgetCalls();
});

afterAll(async () => {
  await clerk.stop();
  for (const other of others) await other.close();
});

async function serviceWith(options: ClerkOptions): Promise<SessionService> {
  app = await startApp('express', {
    imports: [ClerkModule.forRoot({ ...clerk.options(), ...options })],
    now,
  });
  others.push(app);
  return app.get(SessionService);
}

async function refuses(answer: Promise<unknown>, code: UnauthenticatedCode): Promise<void> {
  const reason: unknown = await answer.catch((thrown: unknown) => thrown);
  expect(reason).toBeInstanceOf(UnauthenticatedException);
  const refusal = reason as UnauthenticatedException;
  expect({ code: refusal.code, message: refusal.message, status: refusal.getStatus() }).toEqual({
    code,
    message: MESSAGES[code],
    status: 401,
  });
}

async function cannotSay(answer: Promise<unknown>, retryAfter: number): Promise<void> {
  const reason: unknown = await answer.catch((thrown: unknown) => thrown);
  expect(reason).toBeInstanceOf(AuthorityUnavailableException);
  const refusal = reason as AuthorityUnavailableException;
  expect({ code: refusal.code, status: refusal.getStatus(), wait: refusal.retryAfter }).toEqual({
    code: 'authority_unavailable',
    status: 503,
    wait: retryAfter,
  });
  ahead += retryAfter * 1000;
}

/** What a caller in JavaScript may pass where a text belongs. */
const NO_TEXTS: readonly [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 5],
  ['true', true],
  ['a list', ['sess_1']],
  ['an object', {}],
  ['an object that turns into a text', { toString: () => 'sess_1', length: 6 }],
  ['a boxed text', Object('sess_1')],
  ['a symbol', Symbol('sess_1')],
  ['a function', () => 'sess_1'],
  ['a buffer', Buffer.from('sess_1')],
  ['a promise', Promise.resolve('sess_1')],
  ['an empty text', ''],
];

const NO_IDS: readonly [string, unknown][] = [
  ...NO_TEXTS,
  ['another prefix', 'user_1'],
  ['the prefix alone', 'sess_'],
  ['a path', 'sess_1/revoke?x='],
  ['a path up', '../users'],
  ['an encoded path up', '%2e%2e'],
  ['a fragment', 'sess_1#'],
  ['a line break', 'sess_1\n'],
  ['two ids', 'sess_1,sess_2'],
  ['a very long one', `sess_${'a'.repeat(300)}`],
];

describe('authenticate', () => {
  const withCookie = (cookie: string, url = '/') => ({ headers: { cookie }, url });

  it.each([
    ['a header', () => ({ headers: { authorization: ada.header } })],
    ['a cookie', () => withCookie(ada.cookie)],
    ['a suffixed cookie', () => withCookie(ada.suffixedCookie)],
    ['a client cookie', () => withCookie(ada.clientCookie)],
    [
      'a client cookie and an id',
      () => withCookie(ada.clientCookie, `/x?_clerk_session_id=${ada.sessionId}`),
    ],
    ["Fastify's wrapping", () => ({ headers: {}, raw: withCookie(ada.clientCookie) })],
  ])('gives the session for %s', async (_, request) => {
    const session = await service.authenticate(request());
    expect(session).toBeInstanceOf(Session);
    expect(session).toMatchObject({ id: ada.sessionId, userId: ada.userId, status: 'active' });
  });

  it.each<[string, () => { headers: Record<string, string | string[]>; url?: string }]>([
    ['nothing', () => ({ headers: {} })],
    ['another scheme', () => ({ headers: { authorization: 'Basic eDp5' } })],
    ['a malformed header', () => ({ headers: { authorization: 'Bearer' } })],
    ['two headers', () => ({ headers: { authorization: [ada.header, ada.header] } })],
    [
      'an expired token',
      () => ({
        headers: { authorization: `Bearer ${clerk.mint({ session: ada, expiresIn: -60 })}` },
      }),
    ],
    [
      'a foreign token',
      () => ({ headers: { authorization: `Bearer ${clerk.mint({ key: 'foreign' })}` } }),
    ],
    ['an unknown client', () => withCookie('__session=clt_nobody')],
    ['a malformed id', () => withCookie(ada.clientCookie, '/?_clerk_session_id=')],
    [
      'a session of somebody else',
      () => withCookie(ada.clientCookie, `/?_clerk_session_id=${clerk.signIn('bob').sessionId}`),
    ],
  ])('gives null for %s', async (_, request) => {
    expect(await service.authenticate(request())).toBeNull();
  });

  it.each(['revoked', 'ended', 'pending'] as const)('gives null while it is %s', async (status) => {
    clerk.setStatus(ada, status);
    expect(await service.authenticate(withCookie(ada.clientCookie))).toBeNull();
  });

  it('asks once for a request, however often it is asked', async () => {
    const request = withCookie(ada.clientCookie);
    const [first, second] = await Promise.all([
      service.authenticate(request),
      service.authenticate(request),
    ]);
    expect(second).toBe(first);
    expect(await service.authenticate(request)).toBe(first);
    expect(backendCalls(clerk)).toEqual(['POST /v1/clients/verify']);
    expect(Object.keys(request)).toEqual(['headers', 'url']);
  });

  it('rejects while Clerk cannot be asked', async () => {
    clerk.outage('rate-limit', { retryAfter: 30 });
    await cannotSay(service.authenticate(withCookie(ada.clientCookie)), 30);
    expect(await service.authenticate({ headers: {} })).toBeNull();
  });
});

describe('verifyToken', () => {
  it('gives the session with its claims, without asking Clerk', async () => {
    const session = await service.verifyToken(ada.sessionToken);
    expect(session).toBeInstanceOf(Session);
    expect(session).toMatchObject({
      id: ada.sessionId,
      userId: ada.userId,
      claims: { sid: ada.sessionId, iss: clerk.issuer },
    });
    expect(clerk.calls).toEqual([]);
  });

  it.each<[string, () => string, UnauthenticatedCode]>([
    ['a client token', () => ada.clientToken, 'token_malformed'],
    ['a header', () => ada.header, 'token_malformed'],
    ['four parts', () => `${ada.sessionToken}.a`, 'token_malformed'],
    ['something far too long', () => 'x'.repeat(20_000), 'token_malformed'],
    ['an expired one', () => clerk.mint({ expiresIn: -60 }), 'token_expired'],
    ['a foreign one', () => clerk.mint({ key: 'foreign' }), 'token_signature_invalid'],
    ['a pending one', () => clerk.mint({ claims: { sts: 'pending' } }), 'session_pending'],
    ['one without a user', () => clerk.mint({ claims: { sub: '' } }), 'token_claims_invalid'],
  ])('refuses %s', async (_, token, code) => {
    await refuses(service.verifyToken(token()), code);
  });

  it.each(NO_TEXTS)('refuses %s', async (_, token) => {
    await refuses(service.verifyToken(token as string), 'token_malformed');
    expect(clerk.calls).toEqual([]);
  });

  it('rejects while the keys are unknown and Clerk is down', async () => {
    clerk.outage('rate-limit', { retryAfter: 30 });
    const cold = await serviceWith({});
    await cannotSay(cold.verifyToken(ada.sessionToken), 30);
    await refuses(cold.verifyToken('garbage'), 'token_malformed');
  });
});

describe('verifySession', () => {
  it("gives the session with Clerk's record, in one call", async () => {
    const session = await service.verifySession(ada.sessionId, ada.clientToken);
    const { expireAt, abandonAt, lastActiveAt } = clerk.session(ada);
    expect(session).toBeInstanceOf(Session);
    expect(session).toMatchObject({
      id: ada.sessionId,
      userId: ada.userId,
      clientId: ada.clientId,
      status: 'active',
      expireAt,
      abandonAt,
      lastActiveAt,
    });
    expect(session.claims).toBeUndefined();
    expect(backendCalls(clerk)).toEqual([`POST /v1/sessions/${ada.sessionId}/verify`]);
  });

  it('refuses what does not belong together', async () => {
    const bob = clerk.signIn('bob');
    await refuses(service.verifySession(bob.sessionId, ada.clientToken), 'no_active_session');
    await refuses(service.verifySession('sess_unknown', ada.clientToken), 'no_active_session');
    await refuses(service.verifySession(ada.sessionId, 'clt_nobody'), 'client_token_invalid');
    await expect(service.verifySession(bob.sessionId, bob.clientToken)).resolves.toBeDefined();
  });

  it.each([
    ['revoked', 'session_not_active'],
    ['pending', 'session_pending'],
  ] as const)('refuses one that is %s', async (status, code) => {
    clerk.setStatus(ada, status);
    await refuses(service.verifySession(ada.sessionId, ada.clientToken), code);
  });

  it.each(NO_IDS)('refuses %s for an id, without a call', async (_, id) => {
    await refuses(service.verifySession(id as string, ada.clientToken), 'session_id_malformed');
    expect(clerk.calls).toEqual([]);
  });

  it.each(NO_TEXTS)('refuses %s for a token, without a call', async (_, token) => {
    const answer = service.verifySession(ada.sessionId, token as string);
    await refuses(answer, 'client_token_malformed');
    expect(clerk.calls).toEqual([]);
  });

  it('rejects while Clerk is down', async () => {
    clerk.outage('rate-limit', { retryAfter: 30 });
    await cannotSay(service.verifySession(ada.sessionId, ada.clientToken), 30);
  });
});

describe('verifyClient', () => {
  it('gives the client with all its sessions, the ended ones too', async () => {
    const bob = clerk.signIn('bob', { client: ada });
    const carol = clerk.signIn('carol', { client: ada });
    clerk.revoke(carol);
    clerk.activate(bob);
    const client = await service.verifyClient(ada.clientToken);
    expect(client).toBeInstanceOf(Client);
    expect(client).toMatchObject({ id: ada.clientId, lastActiveSessionId: bob.sessionId });
    expect(client.sessions.every((session) => session instanceof Session)).toBe(true);
    expect(client.sessions.map(({ id, userId, status }) => [id, userId, status])).toEqual([
      [ada.sessionId, ada.userId, 'active'],
      [bob.sessionId, bob.userId, 'active'],
      [carol.sessionId, carol.userId, 'revoked'],
    ]);
    expect(backendCalls(clerk)).toEqual(['POST /v1/clients/verify']);
  });

  it('says when nobody is signed in on it', async () => {
    clerk.setLastActive(ada, null);
    const client = await service.verifyClient(ada.clientToken);
    expect(client.lastActiveSessionId).toBeUndefined();
  });

  it('refuses an unknown one', async () => {
    await refuses(service.verifyClient('clt_nobody'), 'client_token_invalid');
    await refuses(service.verifyClient('x'.repeat(20_000)), 'client_token_malformed');
  });

  it.each(NO_TEXTS)('refuses %s, without a call', async (_, token) => {
    await refuses(service.verifyClient(token as string), 'client_token_malformed');
    expect(clerk.calls).toEqual([]);
  });

  it('rejects while Clerk is down', async () => {
    clerk.outage('rate-limit', { retryAfter: 30 });
    await cannotSay(service.verifyClient(ada.clientToken), 30);
  });
});

describe.each(['getSession', 'revokeSession'] as const)('%s', (method) => {
  it.each(NO_IDS)('gives null for %s, without a call', async (_, id) => {
    expect(await service[method](id as string)).toBeNull();
    expect(clerk.calls).toEqual([]);
  });

  it('gives null for an id of no session', async () => {
    expect(await service[method]('sess_unknown')).toBeNull();
    expect(backendCalls(clerk)).toHaveLength(1);
  });

  it.each([
    ['another session', { id: 'sess_other' }],
    ['something else', { object: 'client' }],
  ])('gives null for an answer about %s', async (_, change) => {
    const { body } = await askBackend(clerk, `/v1/sessions/${ada.sessionId}`);
    const answer = { status: 200, body: { ...body, ...change } };
    clerk.answer('GET', `/v1/sessions/${ada.sessionId}`, answer);
    clerk.answer('POST', `/v1/sessions/${ada.sessionId}/revoke`, answer);
    expect(await service[method](ada.sessionId)).toBeNull();
  });

  it('rejects while Clerk is down', async () => {
    clerk.outage('rate-limit', { retryAfter: 30 });
    await cannotSay(service[method](ada.sessionId), 30);
  });
});

describe('getSession', () => {
  it.each(['active', 'revoked', 'ended', 'pending', 'abandoned'] as const)(
    'gives the record of one that is %s',
    async (status) => {
      clerk.setStatus(ada, status);
      const session = await service.getSession(ada.sessionId);
      expect(session).toBeInstanceOf(Session);
      expect(session).toMatchObject({ id: ada.sessionId, userId: ada.userId, status });
      expect(backendCalls(clerk)).toEqual([`GET /v1/sessions/${ada.sessionId}`]);
    },
  );
});

describe('revokeSession', () => {
  it('ends it: the client is signed out at once', async () => {
    const bob = clerk.signIn('bob');
    const session = await service.revokeSession(ada.sessionId);
    expect(session).toBeInstanceOf(Session);
    expect(session).toMatchObject({ id: ada.sessionId, status: 'revoked' });
    expect(clerk.session(ada).status).toBe('revoked');
    expect(clerk.session(bob).status).toBe('active');
    await refuses(service.verifySession(ada.sessionId, ada.clientToken), 'session_not_active');
    expect(await service.authenticate({ headers: { cookie: ada.clientCookie } })).toBeNull();
    await expect(service.verifySession(bob.sessionId, bob.clientToken)).resolves.toBeDefined();
  });

  it('gives the record of one that is over already', async () => {
    clerk.setStatus(ada, 'ended');
    expect(await service.revokeSession(ada.sessionId)).toMatchObject({ status: 'ended' });
  });
});

describe('without a secret key', () => {
  let keyless: SessionService;

  beforeAll(async () => {
    keyless = await serviceWith({ secretKey: undefined, jwtKey: clerk.jwtKey });
  });

  it('session tokens are verified', async () => {
    const session = await keyless.verifyToken(ada.sessionToken);
    expect(session).toMatchObject({ userId: ada.userId });
    await refuses(keyless.verifyToken(clerk.mint({ key: 'foreign' })), 'token_signature_invalid');
  });

  it('client tokens are refused', async () => {
    const { sessionId, clientToken, clientCookie } = ada;
    await refuses(keyless.verifySession(sessionId, clientToken), 'client_token_unsupported');
    await refuses(keyless.verifyClient(clientToken), 'client_token_unsupported');
    expect(await keyless.authenticate({ headers: { cookie: clientCookie } })).toBeNull();
  });

  it.each(['getSession', 'revokeSession'] as const)('%s says what to set', async (method) => {
    const reason: unknown = await keyless[method](ada.sessionId).catch((thrown: unknown) => thrown);
    expect(reason).toBeInstanceOf(ConfigurationError);
    expect(String(reason)).toMatch(/CLERK_SECRET_KEY/);
    expect(clerk.calls).toEqual([]);
  });
});
