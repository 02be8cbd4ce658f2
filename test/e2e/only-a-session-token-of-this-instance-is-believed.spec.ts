import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { SessionService, type UnauthenticatedCode } from 'nestjs-clerk-auth';
import { LocalClerk, type MintSpec, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { expectRefused, expectRejection, expectUser } from '../support/expect-answer.js';
import { handled } from '../support/probe-controller.js';
import { base64url } from '../support/sign-raw.js';
import { ADAPTERS } from '../support/start-app.js';
import { startProbe } from '../support/start-probe.js';

const SESSION = 'cl_B7d4PD111AAA';
const TEMPLATE = 'cl_B7d4PD222AAA';
const MACHINE = 'cl_B7d4PD333AAA';
const IGNORE = 'cl_I7d4PD111III';

const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = stranger.publicKey.export({ format: 'jwk' });

const shown = (value: unknown): string =>
  value === undefined ? 'absent' : JSON.stringify(value).slice(0, 30);

type Case = readonly [string, MintSpec, UnauthenticatedCode];

const headers = (
  name: string,
  values: readonly unknown[],
  code: UnauthenticatedCode,
): readonly Case[] =>
  values.map((value) => [`${name} ${shown(value)}`, { header: { [name]: value } }, code]);

const BELIEVED: readonly (readonly [string, MintSpec])[] = [
  ['a session token', {}],
  ['a session token of version 1', { version: 1 }],
  ['without typ', { header: { typ: undefined } }],
  ['without category', { header: { cat: undefined } }],
  ['of the session category', { header: { cat: SESSION } }],
  ['of the category to ignore', { header: { cat: IGNORE } }],
  ['with header members of no meaning', { header: { x: 1, b64: true } }],
];

const REFUSED: readonly Case[] = [
  // RFC 8725 section 3.1: the algorithm is ours to name.
  ['none, without a signature', { algorithm: 'none' }, 'token_malformed'],
  ['HMAC with the public PEM', { algorithm: 'HS256' }, 'token_algorithm_unsupported'],
  ['RS512', { algorithm: 'RS512' }, 'token_algorithm_unsupported'],
  ['ES256', { algorithm: 'ES256' }, 'token_algorithm_unsupported'],
  ...headers(
    'alg',
    [undefined, 'none', 'None', 'HS256', 'RS384', 'RS512', 'PS256', 'ES256', 'EdDSA', 'rs256'],
    'token_algorithm_unsupported',
  ),
  ...headers(
    'alg',
    ['', 'RS256 ', 'RS256\u0000', null, 0, true, ['RS256'], { name: 'RS256' }],
    'token_algorithm_unsupported',
  ),
  [
    'HMAC with the public PEM, called RS256',
    { algorithm: 'HS256', header: { alg: 'RS256' } },
    'token_signature_invalid',
  ],
  [
    'RS512, called RS256',
    { algorithm: 'RS512', header: { alg: 'RS256' } },
    'token_signature_invalid',
  ],
  [
    'ES256, called RS256',
    { algorithm: 'ES256', header: { alg: 'RS256' } },
    'token_signature_invalid',
  ],
  ['a foreign key under our kid', { key: 'foreign' }, 'token_signature_invalid'],
  ['a stranger’s key under our kid', { key: stranger.privateKey }, 'token_signature_invalid'],
  [
    'a stranger’s key that the header brings along',
    { key: stranger.privateKey, header: { jwk } },
    'token_signature_invalid',
  ],
  [
    'a stranger’s key that the header points to',
    { key: stranger.privateKey, header: { jku: 'http://127.0.0.1:1/jwks', x5u: 'http://x.test' } },
    'token_signature_invalid',
  ],
  // RFC 7515 section 4.1.11.
  ...headers(
    'crit',
    [['exp'], ['b64'], [], '', 'exp', null, 0, {}],
    'token_critical_header_unsupported',
  ),
  ...headers(
    'typ',
    ['jwt', 'at+jwt', 'application/at+jwt', 'application/jwt', 'JWS', 'JWT ', '', null, 1, ['JWT']],
    'token_type_unsupported',
  ),
  ...headers(
    'cat',
    [TEMPLATE, MACHINE, 'cl_unknown', SESSION.toLowerCase(), '', null, 1, [SESSION], {}],
    'token_type_unsupported',
  ),
  ['a machine’s subject', { claims: { sub: 'mch_1' } }, 'token_type_unsupported'],
  ['a machine’s prefix', { claims: { sub: 'mch_' } }, 'token_type_unsupported'],
  [
    'a machine token of Clerk’s',
    { header: { cat: MACHINE }, claims: { sub: 'mch_1', scopes: 'mch_2' } },
    'token_type_unsupported',
  ],
  [
    'an OAuth access token of Clerk’s',
    { header: { typ: 'at+jwt', cat: undefined }, claims: { client_id: 'x', scope: 'profile' } },
    'token_type_unsupported',
  ],
];

/** Without a JWKS there are no key ids: each of the given keys may have signed. */
const KEY_IDS = [
  undefined,
  'ins_of_another_instance',
  '',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../jwks',
  'k'.repeat(5000),
  7,
  null,
  true,
  ['x'],
  {},
].map((kid) => [shown(kid), kid] as const);

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let another: LocalClerk;
  let ada: SignedIn;
  let bob: SignedIn;
  let published: INestApplication;
  let given: INestApplication;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    another = await LocalClerk.start();
    ada = clerk.signIn('ada');
    bob = clerk.signIn('bob');
    published = await startProbe(adapter, clerk, { jwtKey: [] });
    given = await startProbe(adapter, clerk);
    // What follows finds the keys fetched, and is not slowed down by its own made-up key ids.
    expectUser(await inHeader(published, ada.sessionToken), ada.userId);
  });

  afterAll(async () => {
    await published.close();
    await given.close();
    await clerk.stop();
    await another.stop();
  });

  beforeEach(() => {
    handled.length = 0;
  });

  const get = (app: INestApplication): request.Test => request(app.getHttpServer()).get('/me');
  const inHeader = (app: INestApplication, token: string): request.Test =>
    get(app).set('Authorization', `Bearer ${token}`);
  const inCookie = (app: INestApplication, token: string): request.Test =>
    get(app).set('Cookie', `__session=${token}`);

  async function isBelieved(app: INestApplication, token: string): Promise<void> {
    expectUser(await inHeader(app, token), ada.userId);
    expectUser(await inCookie(app, token), ada.userId);
    expect((await app.get(SessionService).verifyToken(token)).userId).toBe(ada.userId);
  }

  async function isRefused(
    app: INestApplication,
    token: string,
    code: UnauthenticatedCode,
  ): Promise<void> {
    expectRefused(await inHeader(app, token), code);
    await expectRejection(app.get(SessionService).verifyToken(token), code);
    // Without a third part it is no session token by its looks, and in a cookie a matter for Clerk.
    if (token.endsWith('.')) expectRefused(await inCookie(app, token), 'client_token_invalid');
    else expectRefused(await inCookie(app, token), code);
  }

  describe.each([
    ['published', () => published],
    ['given', () => given],
  ] as const)('with %s keys', (_keys, app) => {
    it.each(BELIEVED)('believes %s', (_, spec) =>
      isBelieved(app(), clerk.mint({ session: ada, ...spec })),
    );

    it.each(REFUSED)('refuses %s', (_, spec, code) =>
      isRefused(app(), clerk.mint({ session: ada, ...spec }), code),
    );

    it('refuses a token of another instance', async () => {
      // Neither the key nor the issuer is ours; in a cookie the plain set is not even ours to read.
      const token = another.mint({ user: 'ada' });
      const code = app() === published ? 'token_key_unknown' : 'token_signature_invalid';
      expectRefused(await inHeader(app(), token), code);
      expectRefused(await inCookie(app(), token), 'session_required');
      await expectRejection(app().get(SessionService).verifyToken(token), code);
    });

    describe('refuses a good token that was touched:', () => {
      const parts = (whose: SignedIn): [string, string, string] =>
        whose.sessionToken.split('.') as [string, string, string];

      const rewritten = (part: string, change: object): string =>
        base64url(JSON.stringify({ ...JSON.parse(fromBase64url(part)), ...change }));

      it.each<[string, () => string]>([
        [
          'another user',
          () => {
            const [header, payload, signature] = parts(ada);
            return [header, rewritten(payload, { sub: bob.userId }), signature].join('.');
          },
        ],
        [
          'a later end',
          () => {
            const [header, payload, signature] = parts(ada);
            return [header, rewritten(payload, { exp: 9_999_999_999 }), signature].join('.');
          },
        ],
        [
          'the same claims, written otherwise',
          () => {
            const [header, payload, signature] = parts(ada);
            return [header, base64url(`${fromBase64url(payload)} `), signature].join('.');
          },
        ],
        [
          'another header',
          () => {
            const [header, payload, signature] = parts(ada);
            return [rewritten(header, { x: 1 }), payload, signature].join('.');
          },
        ],
        [
          'header and payload of another token',
          () => {
            const [, , signature] = parts(ada);
            const [header, payload] = parts(bob);
            return [header, payload, signature].join('.');
          },
        ],
        [
          'the signature of another token',
          () => {
            const [header, payload] = parts(ada);
            return [header, payload, parts(bob)[2]].join('.');
          },
        ],
        [
          'a flipped bit',
          () => {
            const [header, payload, signature] = parts(ada);
            const flipped = signature.startsWith('A') ? 'B' : 'A';
            return [header, payload, flipped + signature.slice(1)].join('.');
          },
        ],
        ['a signature cut short', () => ada.sessionToken.slice(0, -4)],
        ['a signature made longer', () => `${ada.sessionToken}AAAA`],
        ['hardly any signature', () => [...parts(ada).slice(0, 2), 'AAAA'].join('.')],
        ['a signature of zeros', () => [...parts(ada).slice(0, 2), 'A'.repeat(342)].join('.')],
      ])('%s', async (_, touched) => {
        // Believed just before, and again after: what was touched gains nothing by its likeness.
        await isBelieved(app(), ada.sessionToken);
        await isRefused(app(), touched(), 'token_signature_invalid');
        await isBelieved(app(), ada.sessionToken);
      });
    });
  });

  describe('with published keys the key id must be known', () => {
    it.each(KEY_IDS)('kid %s', async (_, kid) => {
      const token = clerk.mint({ session: ada, header: { kid } });
      await isRefused(published, token, 'token_key_unknown');
      await isBelieved(given, token);
    });

    it('and a stranger under a made-up one is as unknown', async () => {
      const header = { kid: 'ins_stranger', jwk };
      const token = clerk.mint({ session: ada, key: stranger.privateKey, header });
      await isRefused(published, token, 'token_key_unknown');
      await isRefused(given, token, 'token_signature_invalid');
    });
  });

  it('has asked Clerk for its keys and for client tokens, and for nothing else', () => {
    const paths = new Set(clerk.calls.map(({ path }) => path));
    expect([...paths].sort()).toEqual(['/v1/clients/verify', '/v1/jwks']);
  });
});

function fromBase64url(part: string): string {
  return Buffer.from(part, 'base64url').toString('utf8');
}
