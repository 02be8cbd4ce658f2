import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { SessionService, type UnauthenticatedCode } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { expectRefused, expectRejection, expectUser } from '../support/expect-answer.js';
import { handled } from '../support/probe-controller.js';
import { base64url, RawSigner } from '../support/sign-raw.js';
import { ADAPTERS, type Adapter } from '../support/start-app.js';
import { startProbe } from '../support/start-probe.js';

const signer = new RawSigner();
const GOOD_HEADER = '{"alg":"RS256","typ":"JWT"}';
const DEEP = 7000;

const JSON_BUT_NO_OBJECT = ['null', '[]', '[{}]', '0', '1e999', '"x"', '""', 'true', 'false'];

const NO_JSON = [
  '',
  ' ',
  '{',
  '}',
  '{}{}',
  '{"a"}',
  "{'a':1}",
  'undefined',
  'NaN',
  '\u0000',
  '{}\u0000',
  '\ufeff{}',
  '['.repeat(DEEP),
  '{"a":'.repeat(DEEP / 5),
];

const NOT_OBJECTS = [...JSON_BUT_NO_OBJECT, ...NO_JSON].map((text) => [text.slice(0, 20), text]);

/** Good in a Bearer header by its grammar, but no compact JWS. */
const NO_JWS = [
  'x',
  'null',
  'undefined',
  '-',
  '.',
  '..',
  '...',
  'a.b',
  'a.b.c',
  'a..c',
  '.b.c',
  'a.b.',
  'a.b.c.d',
  'a.b.c.d.e',
  'null.null.AAAA',
  'a+b.c/d.AAAA',
  'AAAA.AAAA.AAAA',
  'AAAA.AAAA.AAAA=',
  'AAAAA.AAAA.AAAA',
  `${base64url('{}')}.${base64url('null')}.AAAA`,
  `${base64url('null')}.${base64url('{}')}.AAAA`,
  `${base64url(GOOD_HEADER)}.${base64url('{}')}.A`,
  `${base64url(GOOD_HEADER)}.${base64url('{}')}.`,
  `${base64url(GOOD_HEADER)}.${base64url('{}')}`,
  Buffer.from(GOOD_HEADER).toString('base64'),
];

/** JSON objects of every kind, truly signed: the refusal comes from what they say. */
const ODD_OBJECTS: readonly (readonly [string, string, UnauthenticatedCode])[] = [
  ['{}', '{}', 'token_algorithm_unsupported'],
  ['{"__proto__":{"alg":"RS256"}}', '{}', 'token_algorithm_unsupported'],
  ['{"alg":"RS256","alg":"none"}', '{}', 'token_algorithm_unsupported'],
  ['{"ALG":"RS256"}', '{}', 'token_algorithm_unsupported'],
  ['{"alg":{"toString":"RS256"}}', '{}', 'token_algorithm_unsupported'],
  [GOOD_HEADER, '{}', 'token_claims_invalid'],
  [GOOD_HEADER, '{"__proto__":{"sub":"u","sid":"s","exp":9999999999}}', 'token_claims_invalid'],
  [GOOD_HEADER, '{"sub":"u","sid":"s","exp":1e999}', 'token_claims_invalid'],
  [GOOD_HEADER, '{"sub":"u","sid":"s","exp":-1e999}', 'token_claims_invalid'],
  [GOOD_HEADER, '{"sub":"u","sub":"","sid":"s","exp":9999999999}', 'token_claims_invalid'],
];

const HUGE = 100_000;
const LARGE_ENOUGH = 4 * HUGE;
/** Over the 16 kB that Node takes, and read at once: of more than that, Node 26 resets what it has not read, answer and all. */
const TOO_LARGE = 20_000;

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;
  let suffix: string;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    suffix = /^__session(_[\w-]{8})=/.exec(ada.suffixedCookie)?.[1] ?? '';
    app = await startProbe(adapter, clerk, {
      secretKey: undefined,
      jwtKey: [clerk.jwtKey, signer.pem],
    });
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
  });

  const get = (path = '/me'): request.Test => request(app.getHttpServer()).get(path);
  const inHeader = (token: string): request.Test => get().set('Authorization', `Bearer ${token}`);
  const inCookie = (token: string): request.Test => get().set('Cookie', `__session=${token}`);
  const inSuffixed = (token: string): request.Test =>
    get().set('Cookie', `__session${suffix}=${token}; __client_uat${suffix}=1`);

  async function isRefusedEverywhere(token: string, code: UnauthenticatedCode): Promise<void> {
    expectRefused(await inHeader(token), code);
    expectRefused(await inCookie(token), code);
    expectRefused(await inSuffixed(token), code);
    await expectRejection(app.get(SessionService).verifyToken(token), code);
  }

  it('accepts what is none, in all three positions', async () => {
    const token = ada.sessionToken;
    for (const asked of [inHeader(token), inCookie(token), inSuffixed(token)]) {
      expectUser(await asked, ada.userId);
    }
    expect((await app.get(SessionService).verifyToken(token)).userId).toBe(ada.userId);
  });

  it('accepts what the raw signer signs', async () => {
    const claims = { sub: 'user_raw', sid: 'sess_raw', exp: 9_999_999_999, iss: clerk.issuer };
    expectUser(await inHeader(signer.sign(GOOD_HEADER, JSON.stringify(claims))), 'user_raw');
  });

  describe('a header token that is no compact JWS', () => {
    it.each(NO_JWS)('%s', async (token) => {
      expectRefused(await inHeader(token), 'token_malformed');
      await expectRejection(app.get(SessionService).verifyToken(token), 'token_malformed');
      // In a cookie it may be a client token, about which nobody can be asked here.
      const { status } = await inCookie(token);
      expect({ status, handled }).toEqual({ status: 401, handled: [] });
      const suffixed = await inSuffixed(token);
      expect({ status: suffixed.status, handled }).toEqual({ status: 401, handled: [] });
    });
  });

  describe('a signed part that is no JSON object', () => {
    it.each(NOT_OBJECTS)('%j in the header', async (_, text) => {
      const token = signer.sign(text, '{"sub":"u"}');
      if (text !== '') await isRefusedEverywhere(token, 'token_malformed');
      else expectRefused(await inHeader(token), 'token_malformed');
    });

    it.each(NOT_OBJECTS)('%j in the payload', async (_, text) => {
      const token = signer.sign(GOOD_HEADER, text);
      if (text !== '') await isRefusedEverywhere(token, 'token_malformed');
      else expectRefused(await inHeader(token), 'token_malformed');
    });

    it.each([
      ['lone continuation bytes', Buffer.from([0x80, 0x80])],
      ['random bytes', Buffer.from([0xde, 0xad, 0xbe, 0xef, 0x00, 0xff])],
      ['UTF-16', Buffer.from('{"alg":"RS256"}', 'utf16le')],
      ['gzip', Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00])],
    ])('%s', async (_, bytes) => {
      await isRefusedEverywhere(signer.sign(bytes, '{}'), 'token_malformed');
      await isRefusedEverywhere(signer.sign(GOOD_HEADER, bytes), 'token_malformed');
    });
  });

  it.each(ODD_OBJECTS)('an odd object: %s %s', async (header, payload, code) => {
    await isRefusedEverywhere(signer.sign(header, payload), code);
  });

  it('a good token with something added to it', async () => {
    const [header = '', payload = '', signature = ''] = ada.sessionToken.split('.');
    await isRefusedEverywhere(`${header}.${payload}.A${signature}`, 'token_signature_invalid');
    expectRefused(await inHeader(`${ada.sessionToken}==`), 'token_malformed');
    expectRefused(await inHeader(`${ada.sessionToken}.`), 'token_malformed');
    expectRefused(await inHeader(`${ada.sessionToken}.${signature}`), 'token_malformed');
    expectRefused(await inHeader(`.${ada.sessionToken}`), 'token_malformed');
    for (const blank of [' ', '\n', '\t', '\0']) {
      const verify = (token: string): Promise<unknown> =>
        app.get(SessionService).verifyToken(token);
      await expectRejection(verify(`${blank}${ada.sessionToken}`), 'token_malformed');
      await expectRejection(verify(`${ada.sessionToken}${blank}`), 'token_malformed');
    }
  });

  it.each([undefined, null, 1, {}, [], '', Symbol('x'), () => 'x'])(
    'verifyToken(%p), from JavaScript',
    async (value) => {
      const { verifyToken } = SessionService.prototype;
      const asked = verifyToken.call(app.get(SessionService), value as string);
      await expectRejection(asked, 'token_malformed');
    },
  );

  describe('100 kB', () => {
    let roomy: Server;

    beforeAll(async () => {
      roomy = createServer({ maxHeaderSize: LARGE_ENOUGH }, await listenerOf(app, adapter));
      await new Promise<void>((resolve) => roomy.listen(0, '127.0.0.1', resolve));
    });

    afterAll(() => {
      roomy.close();
    });

    const ask = (name: string, value: string): request.Test => {
      const { port } = roomy.address() as AddressInfo;
      return request(`http://127.0.0.1:${port}`).get('/me').set(name, value);
    };

    const long = 'A'.repeat(HUGE);

    it.each([
      ['in a token', 'Authorization', `Bearer ${long}`, 'token_malformed'],
      ['in the parts of a token', 'Authorization', `Bearer ${long}.${long}.A`, 'token_malformed'],
      ['of padding', 'Authorization', `Bearer a${'='.repeat(HUGE)}`, 'token_malformed'],
      [
        'of padding and more',
        'Authorization',
        `Bearer a${'='.repeat(HUGE)}b`,
        'authorization_malformed',
      ],
      ['of blanks', 'Authorization', `Bearer${' '.repeat(HUGE)}a b`, 'authorization_malformed'],
      ['of dots', 'Authorization', `Bearer ${'.'.repeat(HUGE)}`, 'token_malformed'],
      ['in a scheme', 'Authorization', long, 'session_required'],
      ['in a cookie', 'Cookie', `__session=${long}`, 'token_malformed'],
      ['in the parts of a cookie', 'Cookie', `__session=${long}.${long}.A`, 'token_malformed'],
      ['of semicolons', 'Cookie', ';'.repeat(HUGE), 'session_required'],
      ['of equals signs', 'Cookie', '='.repeat(HUGE), 'session_required'],
      ['of names', 'Cookie', 'a;'.repeat(HUGE / 2), 'session_required'],
      ['of cookies', 'Cookie', 'a=b;'.repeat(HUGE / 4), 'session_required'],
      ['of percent signs', 'Cookie', `__session=${'%'.repeat(HUGE)}`, 'token_malformed'],
    ] as const)('%s', async (_, name, value, code) => {
      expectRefused(await ask(name, value), code);
      const headers = { [name.toLowerCase()]: value };
      await expect(app.get(SessionService).authenticate({ headers })).resolves.toBeNull();
    });

    it('does not hide a good cookie', async () => {
      expectUser(await ask('Cookie', `a=${long}; ${ada.cookie}`), ada.userId);
    });

    it('is too much for a server of the usual size: 431, and nobody is asked', async () => {
      const { status } = await inHeader('A'.repeat(TOO_LARGE));
      expect({ status, handled }).toEqual({ status: 431, handled: [] });
    });
  });
});

/** The same application behind a server that takes larger headers. */
async function listenerOf(app: INestApplication, adapter: Adapter): Promise<RequestListener> {
  const instance: unknown = app.getHttpAdapter().getInstance();
  if (adapter === 'express') return instance as RequestListener;
  return (instance as { routing: RequestListener }).routing;
}
