import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import {
  AcceptTokens,
  ClerkModule,
  CurrentMachine,
  type ClerkOptions,
  type Machine,
} from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { ADAPTERS, startApp } from '../support/start-app.js';

const START = Date.UTC(2026, 0, 1);

const ran: Machine[] = [];

@Controller()
class Door {
  @Get()
  @AcceptTokens('session_token', 'api_key', 'm2m_token', 'oauth_token')
  open(@CurrentMachine() machine: Machine) {
    ran.push(machine);
    return machine;
  }
}

const API_KEYS = '/api_keys/verify';
const M2M_TOKENS = '/m2m_tokens/verify';
const OAUTH_TOKENS = '/oauth_applications/access_tokens/verify';

/** What Clerk says of a token that is good, for each kind. */
const GOOD = {
  api_key: {
    path: API_KEYS,
    token: 'ak_made_up',
    body: {
      object: 'api_key',
      id: 'ak_1',
      subject: 'user_1',
      name: 'k',
      scopes: ['a'],
      claims: null,
    },
  },
  m2m_token: {
    path: M2M_TOKENS,
    token: 'mt_made_up',
    body: { object: 'machine_to_machine_token', id: 'mt_1', subject: 'mch_1', scopes: [] },
  },
  oauth_token: {
    path: OAUTH_TOKENS,
    token: 'oat_made_up',
    body: {
      object: 'clerk_idp_oauth_access_token',
      id: 'oat_1',
      subject: 'user_1',
      client_id: 'app_1',
      scopes: ['a'],
    },
  },
} as const;

const ALIVE = { revoked: false, expired: false, expiration: null };

/** What may be wrong with a 200, and what comes of it. */
const WRONGS: readonly (readonly [string, object, string])[] = [
  ['revoked', { revoked: true }, 'machine_token_revoked'],
  ['not said to be unrevoked', { revoked: undefined }, 'machine_token_revoked'],
  ['revoked in words', { revoked: 'false' }, 'machine_token_revoked'],
  ['expired', { expired: true }, 'token_expired'],
  ['not said to be unexpired', { expired: null }, 'token_expired'],
  ['over by now', { expiration: START }, 'token_expired'],
  ['over at no time', { expiration: 'never' }, 'token_expired'],
  ['inactive', { active: false }, 'machine_token_invalid'],
  ['active in words', { active: 'true' }, 'machine_token_invalid'],
  ['another object', { object: 'session' }, 'machine_token_invalid'],
  ['without id', { id: '' }, 'machine_token_invalid'],
  ['without subject', { subject: undefined }, 'machine_token_invalid'],
  ['of a subject that is a number', { subject: 1 }, 'machine_token_invalid'],
  ['of a stranger', { subject: 'sess_1' }, 'machine_token_invalid'],
  ['of a bare prefix', { subject: 'mch_' }, 'machine_token_invalid'],
];

describe.each(ADAPTERS)('with %s', (adapter) => {
  let time = START;
  let clerk: LocalClerk;
  let app: INestApplication;
  const apps: INestApplication[] = [];

  async function start(options: ClerkOptions = {}): Promise<INestApplication> {
    const settings = { ...clerk.options(), errorBody: 'problem', ...options } as const;
    const imports = [ClerkModule.forRoot(settings)];
    const started = await startApp(adapter, { imports, controllers: [Door], now: () => time });
    apps.push(started);
    return started;
  }

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => time });
    app = await start();
  });

  afterEach(() => {
    time = START;
    ran.length = 0;
    clerk.outage(false);
    for (const { path } of Object.values(GOOD)) clerk.answer('POST', path, undefined);
    clerk.forgetCalls();
  });

  afterAll(async () => {
    await Promise.all(apps.map((started) => started.close()));
    await clerk.stop();
  });

  const ask = (header: string, at = app): request.Test =>
    request(at.getHttpServer()).get('/').set('Authorization', header);

  async function isRefused(asked: request.Test, code: string): Promise<void> {
    const { status, body, headers } = await asked;
    expect({ status, code: (body as { code?: string }).code }).toEqual({ status: 401, code });
    expect(headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    expect(ran).toEqual([]);
  }

  describe.each(Object.entries(GOOD))('an opaque %s', (type, { path, token: prefix, body }) => {
    // Another one each time: that Clerk does not know a token is remembered for a moment.
    let token: string;
    let no = 0;

    beforeEach(() => {
      no += 1;
      token = `${prefix}_${String(no)}`;
    });

    const says = (status: number, words: unknown): void => {
      clerk.answer('POST', path, { status, body: words as object });
    };

    it('passes when all is well', async () => {
      says(200, { ...body, ...ALIVE });
      await ask(`Bearer ${token}`).expect(200);
      says(200, { ...body, ...ALIVE, expiration: START + 1 });
      await ask(`Bearer ${token}`).expect(200);
      expect(ran.map(({ tokenType, id }) => [tokenType, id])).toEqual([
        [type, body.id],
        [type, body.id],
      ]);
    });

    it.each(WRONGS)('that is %s is refused though Clerk answers 200', async (_, wrong, code) => {
      says(200, { ...body, ...ALIVE, ...wrong });
      await isRefused(ask(`Bearer ${token}`), code);
    });

    it.each([400, 403, 404, 410, 422])('of which Clerk says %d is refused', async (status) => {
      says(status, { errors: [] });
      await isRefused(ask(`Bearer ${token}`), 'machine_token_invalid');
    });

    it('is refused when Clerk says 401 and the secret key is good', async () => {
      says(401, { errors: [] });
      await isRefused(ask(`Bearer ${token}`), 'machine_token_invalid');
    });

    it.each([
      [200, '"rubbish"'],
      [200, '[]'],
      [500, '{}'],
      [503, '{}'],
      [418, '{}'],
      [302, '{}'],
    ] as const)('is unknowable when Clerk answers %d %s', async (status, words) => {
      says(status, JSON.parse(words) as object);
      await ask(`Bearer ${token}`).expect(503).expect('Retry-After', /^\d+$/);
      expect(ran).toEqual([]);
    });

    it('is believed for the time of backendCache and no longer, nor beyond its own end', async () => {
      const caching = await start({ backendCache: { ttl: 10_000 } });
      says(200, { ...body, ...ALIVE, expiration: START + 15_000 });
      await ask(`Bearer ${token}`, caching).expect(200);
      says(200, { ...body, ...ALIVE, revoked: true });
      time += 9999;
      await ask(`Bearer ${token}`, caching).expect(200);
      expect(clerk.callsTo(path)).toHaveLength(1);
      time += 1;
      ran.length = 0;
      await isRefused(ask(`Bearer ${token}`, caching), 'machine_token_revoked');
      says(200, { ...body, ...ALIVE, expiration: START + 15_000 });
      await ask(`Bearer ${token}`, caching).expect(200);
      time = START + 15_000;
      ran.length = 0;
      await isRefused(ask(`Bearer ${token}`, caching), 'token_expired');
    });
  });

  it('any number of simultaneous requests ask once, and the next asks again', async () => {
    const { header } = clerk.createApiKey();
    // Long enough for all of them to arrive while the first waits.
    clerk.latency(1000);
    await Promise.all(Array.from({ length: 20 }, () => ask(header).expect(200)));
    clerk.latency(0);
    expect(clerk.callsTo(API_KEYS)).toHaveLength(1);
    await ask(header).expect(200);
    expect(clerk.callsTo(API_KEYS)).toHaveLength(2);
  });

  it('an OAuth token needs the application it was given to', async () => {
    const { path, token, body } = GOOD.oauth_token;
    clerk.answer('POST', path, { status: 200, body: { ...body, ...ALIVE, client_id: undefined } });
    await isRefused(ask(`Bearer ${token}`), 'machine_token_invalid');
  });

  it.each([
    ['api_key', 'mch_1', true],
    ['api_key', 'org_1', true],
    ['m2m_token', 'user_1', false],
    ['m2m_token', 'org_1', false],
    ['oauth_token', 'org_1', false],
    ['oauth_token', 'mch_1', false],
  ] as const)('a subject of %s may be %s: %s', async (type, subject, isGood) => {
    const { path, token, body } = GOOD[type];
    clerk.answer('POST', path, { status: 200, body: { ...body, ...ALIVE, subject } });
    if (isGood) await ask(`Bearer ${token}`).expect(200);
    else await isRefused(ask(`Bearer ${token}`), 'machine_token_invalid');
  });

  it('a key that LocalClerk issued passes until it is revoked, expires, or Clerk is down', async () => {
    const key = clerk.createApiKey({ expiresIn: 60 });
    await ask(key.header).expect(200);
    clerk.outage(true);
    await ask(key.header).expect(503);
    clerk.outage(false);
    await ask(key.header).expect(200);
    ran.length = 0;
    time += 60_000;
    await isRefused(ask(key.header), 'token_expired');
    time = START;
    clerk.revokeMachineToken(key);
    await isRefused(ask(key.header), 'machine_token_revoked');
  });

  it('a token that nobody issued is refused, and so is one that is far too long', async () => {
    for (const prefix of ['ak_', 'mt_', 'oat_']) {
      await isRefused(ask(`Bearer ${prefix}unknown`), 'machine_token_invalid');
    }
    clerk.forgetCalls();
    await isRefused(ask('Bearer ak_ü'), 'authorization_malformed');
    expect(clerk.callCount).toBe(0);
  });

  describe('a JWT', () => {
    const bearer = (token: string): string => `Bearer ${token}`;

    it('proves itself without a call, also while Clerk is down', async () => {
      await ask(clerk.createM2mToken({ format: 'jwt' }).header).expect(200);
      clerk.outage(true);
      clerk.forgetCalls();
      await ask(clerk.createM2mToken({ format: 'jwt' }).header).expect(200);
      await ask(clerk.createOAuthToken({ format: 'jwt' }).header).expect(200);
      expect(clerk.callCount).toBe(0);
    });

    const both = ['mintM2mToken', 'mintOAuthToken'] as const;

    it.each(
      both.flatMap((mint) =>
        (
          [
            ['expired', { expiresIn: -60 }, 'token_expired'],
            ['not valid yet', { notBefore: 60 }, 'token_not_yet_valid'],
            ['issued in the future', { issuedAt: 60 }, 'token_issued_in_future'],
            ['signed by a stranger', { key: 'foreign' }, 'token_signature_invalid'],
            ['unsigned', { algorithm: 'none' }, 'token_malformed'],
            ['signed by HMAC', { algorithm: 'HS256' }, 'token_algorithm_unsupported'],
            ['of an unknown key', { header: { kid: 'other' } }, 'token_key_unknown'],
            ['with crit', { header: { crit: ['x'] } }, 'token_critical_header_unsupported'],
            ['without exp', { claims: { exp: undefined } }, 'token_claims_invalid'],
            ['without jti', { claims: { jti: undefined } }, 'token_claims_invalid'],
            ['of another issuer', { claims: { iss: 'https://x.test' } }, 'token_issuer_mismatch'],
          ] as const
        ).map(([what, spec, code]) => [mint, what, spec, code] as const),
      ),
    )('of %s that is %s is refused', async (mint, _, spec, code) => {
      await isRefused(ask(bearer(clerk[mint](spec))), code);
      await ask(bearer(clerk[mint]())).expect(200);
    });

    it.each([
      ['M2M as a session', { header: { cat: 'cl_B7d4PD111AAA' } }],
      ['M2M to be ignored', { header: { cat: 'cl_I7d4PD111III' } }],
      ['M2M as an access token', { header: { typ: 'at+jwt' } }],
    ])('labeled %s is refused', async (_, spec) => {
      await isRefused(ask(bearer(clerk.mintM2mToken(spec))), 'token_type_unsupported');
    });

    it('of M2M needs neither cat nor typ', async () => {
      const header = { cat: undefined, typ: undefined };
      await ask(bearer(clerk.mintM2mToken({ header }))).expect(200);
    });

    it('of OAuth says so in its typ, in these letters', async () => {
      await ask(bearer(clerk.mintOAuthToken({ header: { typ: 'application/at+jwt' } }))).expect(
        200,
      );
      ran.length = 0;
      const shouted = clerk.mintOAuthToken({ header: { typ: 'AT+JWT' } });
      // Then it is taken for a session token, and is none.
      await isRefused(ask(bearer(shouted)), 'token_type_unsupported');
    });

    it('of OAuth needs a user and an application', async () => {
      for (const claims of [{ sub: 'org_1' }, { sub: 5 }, { client_id: undefined }]) {
        await isRefused(ask(bearer(clerk.mintOAuthToken({ claims }))), 'token_claims_invalid');
      }
    });

    it('that cannot be decoded is refused', async () => {
      const [header = ''] = clerk.mintOAuthToken().split('.');
      for (const payload of ['AAAA', Buffer.from('null').toString('base64url')]) {
        await isRefused(ask(bearer(`${header}.${payload}.AAAA`)), 'token_malformed');
      }
    });

    it('has the scopes it says, in either form', async () => {
      const tokens = [
        clerk.mintOAuthToken({ scopes: ['a', 'b'] }),
        clerk.mintOAuthToken({ claims: { scp: ['a', 'b'], scope: 'c' } }),
        clerk.mintM2mToken({ scopes: ['mch_a', 'mch_b'] }),
        clerk.mintM2mToken({ claims: { aud: ['mch_a', 'mch_b'] } }),
      ];
      for (const token of tokens) await ask(bearer(token)).expect(200);
      const [first, second, third, fourth] = ran.map(({ scopes }) => scopes);
      expect([first, second]).toEqual([
        ['a', 'b'],
        ['a', 'b'],
      ]);
      expect([third, fourth]).toEqual([
        ['mch_a', 'mch_b'],
        ['mch_a', 'mch_b'],
      ]);
    });

    it('of OAuth must name the audience that is set; of M2M only if it names any', async () => {
      const strict = await start({ audience: 'api.example.com' });
      const aud = ['api.example.com'];
      await ask(bearer(clerk.mintOAuthToken({ claims: { aud } })), strict).expect(200);
      await ask(bearer(clerk.mintM2mToken()), strict).expect(200);
      await ask(bearer(clerk.mintM2mToken({ claims: { aud } })), strict).expect(200);
      ran.length = 0;
      for (const token of [
        clerk.mintOAuthToken(),
        clerk.mintOAuthToken({ claims: { aud: ['x'] } }),
        clerk.mintM2mToken({ claims: { aud: ['x'] } }),
      ]) {
        await isRefused(ask(bearer(token), strict), 'token_audience_mismatch');
      }
    });

    it('does not need authorizedParties, which are about browsers', async () => {
      const strict = await start({ authorizedParties: ['https://app.example.com'] });
      await ask(bearer(clerk.mintM2mToken({ claims: { azp: undefined } })), strict).expect(200);
    });

    it('of a machine is refused as a session, and a session as a machine', async () => {
      const ada = clerk.signIn('ada');
      await ask(ada.header).expect(200);
      expect(ran.splice(0)).toEqual([null]);
      const dressed = clerk.mint({ session: ada, claims: { sub: 'mch_1' } });
      await isRefused(ask(bearer(dressed)), 'token_type_unsupported');
    });
  });

  describe('the keys to ask with', () => {
    it('are the machine secret key for M2M tokens, and the secret key for the others', async () => {
      const billing = clerk.createMachine('billing');
      const asBilling = await start({ machineSecretKey: billing.secretKey });
      const meant = clerk.createM2mToken({ scopes: [billing.id] });
      const notMeant = clerk.createM2mToken();
      await ask(meant.header, asBilling).expect(200);
      await ask(clerk.createApiKey().header, asBilling).expect(200);
      ran.length = 0;
      await isRefused(ask(notMeant.header, asBilling), 'machine_token_invalid');
      await ask(notMeant.header).expect(200);
    });

    it('may be wrong: then nobody knows, and nobody is signed out', async () => {
      const wrong = await start({ machineSecretKey: 'ak_wrong' });
      await ask(clerk.createM2mToken().header, wrong).expect(503);
      const mistaken = await start({ secretKey: 'sk_test_wrong' });
      await ask(clerk.createApiKey().header, mistaken).expect(503);
      expect(ran).toEqual([]);
    });

    it('may be missing: then opaque tokens are refused, without a call', async () => {
      const { jwtKey } = clerk;
      const keyless = await start({ secretKey: undefined, jwtKey });
      for (const { header } of [clerk.createApiKey(), clerk.createM2mToken()]) {
        await isRefused(ask(header, keyless), 'machine_token_unsupported');
      }
      expect(clerk.callCount).toBe(0);
      await ask(clerk.createM2mToken({ format: 'jwt' }).header, keyless).expect(200);
      const { id, secretKey: machineSecretKey } = clerk.createMachine('billing');
      const machine = await start({ secretKey: undefined, jwtKey, machineSecretKey });
      await ask(clerk.createM2mToken({ scopes: [id] }).header, machine).expect(200);
      ran.length = 0;
      await isRefused(ask(clerk.createApiKey().header, machine), 'machine_token_unsupported');
    });
  });
});
