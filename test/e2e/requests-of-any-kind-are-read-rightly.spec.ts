import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { SessionService, sessionOf, type HttpRequest } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { askRaw } from '../support/ask-raw.js';
import { expectRefused, expectUser } from '../support/expect-answer.js';
import { handled } from '../support/probe-controller.js';
import { ADAPTERS } from '../support/start-app.js';
import { startProbe } from '../support/start-probe.js';

describe('SessionService.authenticate, given', () => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;
  let bob: SignedIn;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    bob = clerk.signIn('bob');
    app = await startProbe('express', clerk);
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  const userOf = async (request: HttpRequest): Promise<string | undefined> =>
    (await app.get(SessionService).authenticate(request))?.userId;

  it.each<[string, () => HttpRequest]>([
    ['headers in lower case', () => ({ headers: { authorization: ada.header } })],
    ['headers as people write them', () => ({ headers: { Authorization: ada.header } })],
    ['headers in capitals', () => ({ headers: { AUTHORIZATION: ada.header } })],
    ['a cookie in lower case', () => ({ headers: { cookie: ada.cookie } })],
    ['a cookie in capitals', () => ({ headers: { COOKIE: ada.cookie } })],
    ['a list of one', () => ({ headers: { Authorization: [ada.header] } })],
    ['a list of cookies', () => ({ headers: { Cookie: ['a=1', ada.cookie] } })],
    ['cookies in two spellings', () => ({ headers: { cookie: 'a=1', Cookie: ada.cookie } })],
    [
      'null beside it',
      () => ({ headers: { cookie: null, Authorization: ada.header, 'X-Null': null } }),
    ],
    [
      'null and undefined in other spellings',
      () => ({
        headers: { authorization: null, AUTHORIZATION: undefined, Authorization: ada.header },
      }),
    ],
    ['numbers beside it', () => ({ headers: { 'content-length': 7, cookie: ada.cookie } })],
    [
      'a frozen object',
      () => Object.freeze({ headers: Object.freeze({ Authorization: ada.header }) }),
    ],
    ['an object without prototype', () => ({ headers: bare({ Authorization: ada.header }) })],
    ['empty raw headers', () => ({ headers: { Authorization: ada.header }, rawHeaders: [] })],
    ['fetch headers', () => ({ headers: new Headers({ Authorization: ada.header }) })],
    ['fetch headers with a cookie', () => ({ headers: new Headers({ Cookie: ada.cookie }) })],
    ['a map', () => ({ headers: new Map([['Authorization', ada.header]]) })],
    ['a fetch request', () => new Request(ORIGIN, { headers: { authorization: ada.header } })],
    [
      'a fetch request with a cookie',
      () => new Request(ORIGIN, { headers: { cookie: ada.cookie } }),
    ],
    [
      'a fetch request that asks for this session',
      () => new Request(`${ORIGIN}?_clerk_session_id=${ada.sessionId}`, withHeader(ada)),
    ],
    ['nulls for all that is not there', () => ({ ...NULLS, headers: { cookie: ada.cookie } })],
    ['a wrapped request', () => ({ headers: null, raw: { headers: { Cookie: ada.cookie } } })],
  ])('%s, knows who is calling', async (_, requestOf) => {
    expect(await userOf(requestOf())).toBe(ada.userId);
    // Twice: whatever is kept on the object must not be in the way.
    const request = requestOf();
    expect(await userOf(request)).toBe(ada.userId);
    expect(await userOf(request)).toBe(ada.userId);
  });

  it.each<[string, () => HttpRequest]>([
    ['no headers', () => ({ headers: {} })],
    ['null for headers', () => ({ headers: null })],
    ['null for each header', () => ({ headers: { authorization: null, Cookie: null } })],
    ['a number', () => ({ headers: { Authorization: 7, Cookie: 7 } })],
    ['empty lists', () => ({ headers: { authorization: [], cookie: [] } })],
    ['an object for a header', () => ({ headers: { authorization: {}, cookie: {} } as never })],
    ['a fetch request without', () => new Request(ORIGIN)],
    // Two values: nobody says which of them counts.
    [
      'two spellings',
      () => ({ headers: { authorization: ada.header, Authorization: bob.header } }),
    ],
    [
      'two spellings of one value',
      () => ({ headers: { authorization: ada.header, Authorization: ada.header } }),
    ],
    ['a list of two', () => ({ headers: { authorization: [ada.header, bob.header] } })],
    ['fetch headers with two', () => ({ headers: twice(ada.header, bob.header) })],
    [
      'a bad header beside a good cookie',
      () => ({
        headers: { AUTHORIZATION: 'Bearer', cookie: ada.cookie },
      }),
    ],
    // The header that counts is not inherited.
    [
      'inherited headers',
      () => ({ headers: Object.create({ authorization: ada.header }) as object as never }),
    ],
    // Asked sessions are binding, wherever the URL stands.
    [
      'a fetch request that asks for another session',
      () => new Request(`${ORIGIN}?_clerk_session_id=${bob.sessionId}`, withHeader(ada)),
    ],
    [
      'a URL that asks for another session',
      () => ({
        url: new URL(`${ORIGIN}?_clerk_session_id=${bob.sessionId}`),
        headers: { authorization: ada.header },
      }),
    ],
    [
      'a rewritten URL that asks for another session',
      () => ({
        originalUrl: '/me',
        url: `/me?_clerk_session_id=${bob.sessionId}`,
        headers: { authorization: ada.header },
      }),
    ],
  ])('%s, knows nobody', async (_, requestOf) => {
    expect(await userOf(requestOf())).toBeUndefined();
  });

  it('a request of any kind leaves it as it was, and sessionOf() knows nobody whom no guard let in', async () => {
    const request = { headers: { Authorization: ada.header } };
    expect(await userOf(request)).toBe(ada.userId);
    expect(request).toStrictEqual({ headers: { Authorization: ada.header } });
    expect(sessionOf(request)).toBeNull();
  });

  const withHeader = ({ header }: SignedIn): RequestInit => ({
    headers: { authorization: header },
  });
});

describe.each(ADAPTERS)('a request of %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    app = await startProbe(adapter, clerk);
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
  });

  it('may spell its headers in any case', async () => {
    expectUser(await askRaw(app, '/me', [`AUTHORIZATION: ${ada.header}`]), ada.userId);
    expectUser(await askRaw(app, '/me', [`cOOKIE: ${ada.cookie}`]), ada.userId);
    const two = [`Authorization: ${ada.header}`, `authorization: ${ada.header}`];
    expectRefused(await askRaw(app, '/me', two), 'authorization_malformed');
  });
});

const ORIGIN = 'https://api.example.com/me';
const NULLS = { method: null, url: null, originalUrl: null, rawHeaders: null, raw: null };

function bare(headers: Record<string, string>): Record<string, string> {
  return Object.assign(Object.create(null) as Record<string, string>, headers);
}

function twice(first: string, second: string): Headers {
  const headers = new Headers();
  headers.append('Authorization', first);
  headers.append('authorization', second);
  return headers;
}
