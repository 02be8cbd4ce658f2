import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { ClerkModule, ConfigurationError, type ClerkOptions } from 'nestjs-clerk-auth';
import type { ClerkSettings } from '../../src/config/clerk-settings.js';
import { CLERK_SETTINGS } from '../../src/module/tokens.js';
import { ecPair, rsaPair } from '../support/json-web-keys.js';
import { RecordedLog } from '../support/recorded-log.js';

type Written = Record<string, unknown>;

const SECRET = 'sk_test_zv7Q1mTheSecretPart';
const LIVE = 'sk_live_zv7Q1mTheSecretPart';
const publishable = (kind: string, host: string): string => `pk_${kind}_${btoa(host)}`;
const TEST_HOST = publishable('test', 'clerk.example.com$');
const LIVE_HOST = publishable('live', 'clerk.example.com$');
const { pem: PEM } = rsaPair('ins_1');
const PRIVATE_PEM = rsaPair('ins_2').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const PKCS1_PRIVATE = rsaPair('ins_3').privateKey.export({ type: 'pkcs1', format: 'pem' });
const WEAK_PEM = rsaPair('ins_4', 1024).pem;
const PSS = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey;
const PSS_PEM = PSS.export({ type: 'spki', format: 'pem' }).toString();

/** Builds the container, as an application's start does, with nothing in the environment. */
async function boot(options: Written): Promise<ClerkSettings> {
  const module = await Test.createTestingModule({ imports: [ClerkModule.forRoot(options)] })
    .setLogger(new RecordedLog())
    .compile();
  return module.get<ClerkSettings>(CLERK_SETTINGS, { strict: false });
}

async function problemsOf(options: Written): Promise<readonly string[]> {
  const reason: unknown = await boot(options).catch((thrown: unknown) => thrown);
  expect(reason).toBeInstanceOf(ConfigurationError);
  const { name, code, message, problems } = reason as ConfigurationError;
  expect({ name, code }).toEqual({ name: 'ConfigurationError', code: 'configuration_invalid' });
  for (const problem of problems) expect(message).toContain(problem);
  return problems;
}

describe('these stop the boot', () => {
  it.each<[string, Written, RegExp]>([
    ['no key', {}, /secretKey.*CLERK_SECRET_KEY.*jwtKey.*CLERK_JWT_KEY/],
    ['no key but a publishable one', { publishableKey: TEST_HOST }, /CLERK_SECRET_KEY/],
    ['an empty list of PEMs alone', { jwtKey: [] }, /CLERK_SECRET_KEY/],
    ['a secret key without prefix', { secretKey: 'zv7Q1m' }, /CLERK_SECRET_KEY.*sk_live_/],
    ['a publishable key for secret key', { secretKey: TEST_HOST }, /CLERK_SECRET_KEY.*sk_live_/],
    ['a machine key for secret key', { secretKey: 'ak_zv7Q1m' }, /CLERK_SECRET_KEY.*sk_live_/],
    ['an unknown kind', { secretKey: 'sk_prod_zv7Q1m' }, /CLERK_SECRET_KEY.*sk_live_/],
    ['the prefix alone', { secretKey: 'sk_test_' }, /CLERK_SECRET_KEY.*sk_live_/],
    ['a blank in the key', { secretKey: 'sk_test_a b' }, /CLERK_SECRET_KEY.*blanks/],
    ['a line break in the key', { secretKey: 'sk_test_a\nb' }, /CLERK_SECRET_KEY.*blanks/],
    // Copied from documentation: no header can carry it, so every call would fail.
    ['a key shortened with an ellipsis', { secretKey: 'sk_test_…' }, /CLERK_SECRET_KEY/],
    ['two keys', { secretKey: `${SECRET} ${SECRET}` }, /CLERK_SECRET_KEY.*blanks/],
    ['an empty secret key', { secretKey: '' }, /CLERK_SECRET_KEY.*non-empty/],
    ['a blank secret key', { secretKey: '  ' }, /CLERK_SECRET_KEY.*non-empty/],
    ['a number for secret key', { secretKey: 5 }, /CLERK_SECRET_KEY.*string/],
    ['a list of secret keys', { secretKey: [SECRET] }, /CLERK_SECRET_KEY.*string/],
    ['null for secret key', { secretKey: null }, /CLERK_SECRET_KEY.*string/],
    [
      'a live and a test key',
      { secretKey: LIVE, publishableKey: TEST_HOST },
      /same Clerk instance/,
    ],
    ['a test and a live key', { secretKey: SECRET, publishableKey: LIVE_HOST }, /same Clerk inst/],
    [
      'an old live and a test key',
      { secretKey: 'live_a', publishableKey: TEST_HOST },
      /same Clerk/,
    ],
  ])('%s', async (_, options, problem) => {
    expect(await problemsOf(options)).toContainEqual(expect.stringMatching(problem));
  });

  it.each<[string, unknown]>([
    ['a secret key', SECRET],
    ['no host', 'pk_test_'],
    ['an unknown kind', publishable('prod', 'clerk.example.com$')],
    ['no dollar sign', publishable('test', 'clerk.example.com')],
    ['two dollar signs', publishable('test', 'clerk.example.com$$')],
    ['a dollar sign within', publishable('test', 'clerk.$example.com$')],
    ['a host without a dot', publishable('test', 'clerk$')],
    ['a path behind the host', publishable('test', 'clerk.example.com/x$')],
    ['somebody before the host', publishable('test', 'a@clerk.example.com$')],
    ['no base64', 'pk_test_%%%%'],
    ['a blank within', `${TEST_HOST} x`],
    ['more text', `${TEST_HOST}_x_y`],
    ['a number', 5],
    ['nothing', ''],
  ])('a publishable key that is or has %s', async (_, publishableKey) => {
    const problems = await problemsOf({ secretKey: SECRET, publishableKey });
    expect(problems).toContainEqual(expect.stringMatching(/publishableKey.*CLERK_PUBLISHABLE_KEY/));
  });

  it.each<[string, unknown]>([
    ['garbage', 'garbage'],
    ['a secret key', SECRET],
    ['armour around garbage', '-----BEGIN PUBLIC KEY-----\ngarbage\n-----END PUBLIC KEY-----'],
    ['armour that does not end', PEM.replace(/-----END.*/, '')],
    ['a private key', PRIVATE_PEM],
    ['a private key of the old form', PKCS1_PRIVATE],
    ['a private key in base64', btoa(PRIVATE_PEM)],
    ['a private key on one line', PRIVATE_PEM.replaceAll('\n', '')],
    ['a public key cut short', PEM.slice(0, 200)],
    ['a private key behind a public one', `${PEM}${PRIVATE_PEM}`],
    ['a private key that says it is public', PRIVATE_PEM.replaceAll('PRIVATE', 'PUBLIC')],
    ['a certificate', PEM.replaceAll('PUBLIC KEY', 'CERTIFICATE')],
    ['an elliptic key', ecPair('ins_ec').pem],
    ['an RSA-PSS key', PSS_PEM],
    ['an RSA key of 1024 bits', WEAK_PEM],
    ['a weak key behind a strong one', [PEM, WEAK_PEM]],
    ['nothing', ''],
    ['a list with nothing in it', [PEM, '']],
    ['a number', 5],
    ['a list of numbers', [5]],
  ])('a jwtKey that is %s', async (_, jwtKey) => {
    const problems = await problemsOf({ secretKey: SECRET, jwtKey });
    expect(problems).toEqual([expect.stringMatching(/^jwtKey \(CLERK_JWT_KEY\)/)]);
  });

  it.each<[unknown, RegExp]>([
    ['api.clerk.com', /http/],
    ['//api.clerk.com', /http/],
    ['ftp://api.clerk.com', /http/],
    ['file:///etc/passwd', /http/],
    ['javascript:alert(1)', /http/],
    ['https://', /http/],
    ['https://api.clerk.com/v1', /apiVersion/],
    ['https://api.clerk.com/v1/', /apiVersion/],
    ['https://proxy.example.com/clerk/v2', /apiVersion/],
    ['https://me@api.clerk.com', /plain/],
    ['https://me:secret@api.clerk.com', /plain/],
    ['https://:secret@api.clerk.com', /plain/],
    ['https://api.clerk.com?x=1', /plain/],
    ['https://api.clerk.com?', /plain/],
    ['https://api.clerk.com#x', /plain/],
    ['https://api.clerk.com#', /plain/],
    ['', /non-empty/],
    [5, /string/],
    [['https://api.clerk.com'], /string/],
  ])('the apiUrl %j', async (apiUrl, problem) => {
    const problems = await problemsOf({ secretKey: SECRET, apiUrl });
    expect(problems).toEqual([expect.stringMatching(/^apiUrl \(CLERK_API_URL\)/)]);
    expect(problems[0]).toMatch(problem);
  });

  it.each([
    'http://api.clerk.com',
    'http://10.0.0.1:8080',
    'http://0.0.0.0',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://[::2]',
    'HTTP://API.CLERK.COM',
  ])('a live key that would travel to %s in clear text', async (apiUrl) => {
    for (const secretKey of [LIVE, 'live_zv7Q1m']) {
      const problems = await problemsOf({ secretKey, apiUrl });
      expect(problems).toEqual([expect.stringMatching(/apiUrl.*plain http.*https/)]);
    }
    await expect(boot({ secretKey: SECRET, apiUrl })).resolves.toBeDefined();
  });

  it.each<[string, unknown]>([
    ['apiVersion', '1'],
    ['apiVersion', 'v'],
    ['apiVersion', 'v1/..'],
    ['apiVersion', '2025-03-12'],
    ['apiVersion', ''],
    ['apiVersion', 1],
    ['issuer', 'clerk.example.com'],
    ['issuer', 'ftp://clerk.example.com'],
    ['issuer', ''],
    ['issuer', 5],
    ['issuer', null],
    ['issuer', ['']],
    ['issuer', [5]],
    ['issuer', ['https://clerk.example.com', 'clerk.example.com']],
    ['issuer', { 0: 'https://clerk.example.com' }],
    ['issuer', '"https://clerk.example.com"'],
    ['clockSkew', Number.NaN],
    ['clockSkew', Number.POSITIVE_INFINITY],
    ['clockSkew', -1],
    ['clockSkew', '5000'],
    ['clockSkew', 5n],
    ['clockSkew', true],
    ['allowedOrigins', ['app.example.com']],
    ['allowedOrigins', ['https://app.example.com/chat']],
    ['allowedOrigins', ['*']],
    ['allowedOrigins', ['null']],
    ['allowedOrigins', [5]],
    ['allowedOrigins', null],
    ['atTokenEnd', 'close'],
    ['atTokenEnd', true],
    ['atTokenEnd', null],
    ['crossSite', 'deny'],
    ['crossSite', false],
    ['clientUat', 'always'],
    ['clientUat', ''],
    ['clientUat', true],
    ['treatPendingAsSignedOut', 'false'],
    ['treatPendingAsSignedOut', 0],
    ['audit', 'warn'],
    ['audit', true],
    ['audit', null],
    ['errorBody', 'json'],
    ['errorBody', false],
    ['backendTimeout', 0],
    ['backendTimeout', Number.NaN],
    ['backendTimeout', '2000'],
    ['backendBudget', 0],
    ['backendBudget', Number.POSITIVE_INFINITY],
    ['audience', ['']],
    ['audience', [5]],
    ['audience', {}],
    ['authorizedParties', [5]],
    ['authorizedParties', ['']],
    ['authorizedParties', ['app.example.com']],
    ['authorizedParties', ['https://app.example.com/']],
    ['authorizedParties', ['https://app.example.com/path']],
    ['authorizedParties', ['https://app.example.com:443']],
    ['authorizedParties', ['https://APP.example.com']],
    ['authorizedParties', ['https://*.example.com?']],
    ['authorizedParties', ['*']],
    ['authorizedParties', ['null']],
    ['authorizedParties', ['https://app.example.com', 'app.example.com']],
    ['tokenCache', -1],
    ['tokenCache', 1.5],
    ['tokenCache', true],
    ['backendCache', 3000],
    ['backendCache', {}],
    ['backendCache', { ttl: '3000' }],
    ['backendCache', { ttl: 60_001 }],
    ['userCache', true],
    ['userCache', 30_000],
    ['userCache', []],
    ['userCache', { ttl: -1 }],
    ['userCache', { ttl: '30s' }],
    ['userCache', { stale: Number.NaN }],
    ['userCache', { size: 0 }],
    ['userCache', { size: 1.5 }],
    ['userCache', { max: 5 }],
    ['userCache', null],
    ['verification', 'network'],
    ['liveFallback', true],
    // What a mistaken look-up gives must not quietly mean the default.
    ['authorizedParties', null],
    ['audience', null],
    ['clockSkew', null],
    ['crossSite', null],
    ['clientUat', null],
    ['treatPendingAsSignedOut', null],
    ['tokenCache', null],
    ['backendCache', null],
  ])('%s: %p', async (name, value) => {
    const problems = await problemsOf({ secretKey: SECRET, [name]: value });
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name}`))]);
  });

  it.each<[string, string]>([
    ['secretKey', SECRET],
    ['machineSecretKey', 'ak_zv7Q1m'],
    ['publishableKey', TEST_HOST],
    ['apiUrl', 'https://api.clerk.com'],
    ['apiVersion', 'v1'],
    ['jwtKey', PEM.replaceAll(/-----[A-Z ]+-----|\s/g, '')],
  ])('%s in quotes that Docker left in, and says so', async (name, value) => {
    for (const written of [`"${value}"`, `'${value}'`, ` "${value}" `, `"${value}`, `${value}"`]) {
      const problems = await problemsOf({ secretKey: SECRET, [name]: written });
      expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name}.*quotes.*remove`))]);
      expect(problems.join()).not.toContain(value);
    }
  });

  it.each(['secretkey', 'apiKey', 'SECRET_KEY', 'CLERK_SECRET_KEY', 'global', 'authorizedParty'])(
    'the option %s, which is none',
    async (name) => {
      const problems = await problemsOf({ secretKey: SECRET, [name]: 'sk_test_zv7Q1m' });
      expect(problems).toEqual([
        expect.stringMatching(new RegExp(`${name} is no option.*secretKey`)),
      ]);
    },
  );

  it('an option that is none, even when it is undefined', async () => {
    const problems = await problemsOf({ secretKey: SECRET, authorisedParties: undefined });
    expect(problems).toHaveLength(1);
  });
});

describe('one error', () => {
  it('lists everything that is wrong, numbered, each with what to do', async () => {
    const wrong = {
      secretKey: 'zv7Q1m',
      publishableKey: 'pk_test_',
      jwtKey: ['garbage', WEAK_PEM],
      apiUrl: 'ftp://x',
      apiVersion: '1',
      issuer: 'x',
      authorizedParties: ['x', 'y'],
      audience: [5],
      clockSkew: -1,
      clientUat: 'x',
      treatPendingAsSignedOut: 'x',
      errorBody: 'x',
      backendTimeout: 0,
      backendBudget: 0,
      unknown: 1,
    };
    const reason: unknown = await boot(wrong).catch((thrown: unknown) => thrown);
    const { problems, message } = reason as ConfigurationError;
    for (const name of Object.keys(wrong)) {
      expect(problems).toContainEqual(expect.stringMatching(new RegExp(`^${name}`)));
    }
    problems.forEach((problem, at) => {
      expect(message).toContain(`${String(at + 1)}. ${problem}`);
    });
    expect(message).toMatch(new RegExp(`cannot start, ${problems.length} settings are wrong`));
  });

  it.each([
    'secretKey',
    'publishableKey',
    'jwtKey',
    'apiUrl',
    'apiVersion',
    'issuer',
    'authorizedParties',
    'audience',
    'crossSite',
    'clientUat',
    'treatPendingAsSignedOut',
    'errorBody',
    'backendTimeout',
    'unknown',
  ])('quotes no key, even one that was given as %s', async (name) => {
    const misplaced = [`sk_prod_zv7Q1m`, PRIVATE_PEM, LIVE, 'https://me:zv7Q1m@example.com'];
    for (const value of misplaced) {
      const told = (await problemsOf({ secretKey: SECRET, clockSkew: -1, [name]: value })).join(
        '\n',
      );
      for (const secret of ['zv7Q1m', PRIVATE_PEM.slice(60, 120)]) {
        expect(told).not.toContain(secret);
      }
    }
  });
});

describe('these do not stop the boot', () => {
  it.each<[string, ClerkOptions]>([
    ['a test key', { secretKey: SECRET }],
    ['a live key', { secretKey: LIVE }],
    ['an original test key', { secretKey: 'test_zv7Q1m' }],
    ['an original live key', { secretKey: 'live_zv7Q1m' }],
    ['blanks around a key', { secretKey: `  ${SECRET}\n` }],
    ['a PEM alone', { jwtKey: PEM }],
    ['several PEMs', { jwtKey: [PEM, PEM] }],
    ['two keys of one kind', { secretKey: SECRET, publishableKey: TEST_HOST }],
    ['two live keys', { secretKey: LIVE, publishableKey: LIVE_HOST }],
    [
      'a padless publishable key',
      { secretKey: SECRET, publishableKey: TEST_HOST.replace(/=+$/, '') },
    ],
    ['a port in it', { jwtKey: PEM, publishableKey: publishable('test', 'a.b.dev:8443$') }],
    ['https', { secretKey: LIVE, apiUrl: 'https://proxy.example.com/clerk/' }],
    ['loopback by number', { secretKey: LIVE, apiUrl: 'http://127.0.0.1:4000' }],
    ['loopback by any number', { secretKey: LIVE, apiUrl: 'http://127.1.2.3' }],
    ['loopback by name', { secretKey: LIVE, apiUrl: 'http://localhost:4000' }],
    ['loopback by a name below', { secretKey: LIVE, apiUrl: 'http://clerk.localhost' }],
    ['loopback of IPv6', { secretKey: LIVE, apiUrl: 'http://[::1]:4000' }],
    ['version 2', { secretKey: SECRET, apiVersion: 'v2' }],
    ['an issuer', { secretKey: SECRET, issuer: 'https://clerk.example.com/path' }],
    ['no skew', { secretKey: SECRET, clockSkew: 0 }],
    ['a skew', { secretKey: SECRET, clockSkew: 0.5 }],
    ['uat required', { secretKey: SECRET, clientUat: 'required' }],
    ['problems as bodies', { secretKey: SECRET, errorBody: 'problem' }],
    ["Nest's JSON as bodies", { secretKey: SECRET, errorBody: 'nest' }],
    ['one audience', { secretKey: SECRET, audience: 'api' }],
    ['several', { secretKey: SECRET, audience: ['api', 'other'] }],
    ['no party', { secretKey: SECRET, authorizedParties: [] }],
    ['an origin', { secretKey: SECRET, authorizedParties: ['https://app.example.com:8443'] }],
    ['http and IPv6', { secretKey: SECRET, authorizedParties: ['http://[::1]:3000'] }],
    ['an extension', { secretKey: SECRET, authorizedParties: ['chrome-extension://abcdef'] }],
    ['no users kept', { secretKey: SECRET, userCache: false }],
    ['one user, never fresh', { secretKey: SECRET, userCache: { ttl: 0, stale: 0, size: 1 } }],
    ['undefined everywhere', { secretKey: SECRET, issuer: undefined, clockSkew: undefined }],
  ])('%s', async (_, options) => {
    await expect(boot(options as Written)).resolves.toBeDefined();
  });

  it('no skew stays none, and is not taken for the default', async () => {
    expect(await boot({ secretKey: SECRET, clockSkew: 0 })).toMatchObject({ clockSkew: 0 });
    expect(await boot({ secretKey: SECRET })).toMatchObject({ clockSkew: 5000 });
  });

  it('the defaults are those of the documentation', async () => {
    expect(await boot({ secretKey: SECRET })).toMatchObject({
      apiUrl: 'https://api.clerk.com',
      apiVersion: 'v1',
      issuers: [],
      authorizedParties: [],
      audience: [],
      allowedOrigins: [],
      atTokenEnd: 'end',
      crossSite: 'refuse',
      clientUat: 'when-present',
      treatPendingAsSignedOut: true,
      errorBody: 'none',
      jwtKeys: [],
      userCache: { ttl: 30_000, stale: 300_000, size: 5000 },
    });
  });

  it('a part of userCache leaves the rest as it is, and false keeps none', async () => {
    const userCache = { ttl: 1000, size: undefined };
    expect(await boot({ secretKey: SECRET, userCache })).toMatchObject({
      userCache: { ttl: 1000, stale: 300_000, size: 5000 },
    });
    expect(await boot({ secretKey: SECRET, userCache: false })).toMatchObject({
      userCache: undefined,
    });
  });

  it('sockets may be opened from where tokens may come, unless told otherwise', async () => {
    const authorizedParties = ['https://app.example.com'];
    const own = { secretKey: SECRET, authorizedParties };
    expect(await boot(own)).toMatchObject({ allowedOrigins: authorizedParties });
    const allowedOrigins = ['https://chat.example.com'];
    expect(await boot({ ...own, allowedOrigins })).toMatchObject({ allowedOrigins });
    expect(await boot({ ...own, allowedOrigins: [] })).toMatchObject({ allowedOrigins: [] });
  });

  it('asking Clerk at the end of a token needs a secret key', async () => {
    const confirm = { jwtKey: PEM, atTokenEnd: 'confirm' as const };
    expect(await boot({ ...confirm, secretKey: SECRET })).toMatchObject({ atTokenEnd: 'confirm' });
    expect(await problemsOf(confirm)).toEqual([
      expect.stringMatching(/atTokenEnd.*CLERK_SECRET_KEY/),
    ]);
  });

  it('the publishable key gives the issuer, and the option outranks it', async () => {
    const keys = { secretKey: SECRET, publishableKey: TEST_HOST };
    expect(await boot(keys)).toMatchObject({ issuers: ['https://clerk.example.com'] });
    const issuer = 'https://app.example.com/__clerk';
    expect(await boot({ ...keys, issuer })).toMatchObject({ issuers: [issuer] });
    const several = [issuer, ' https://satellite.example.com '];
    expect(await boot({ ...keys, issuer: several })).toMatchObject({
      issuers: [issuer, 'https://satellite.example.com'],
    });
    expect(await boot({ ...keys, issuer: [] })).toMatchObject({
      issuers: ['https://clerk.example.com'],
    });
  });
});

describe('what was written', () => {
  it('is never changed, and may be frozen', async () => {
    const options = {
      secretKey: ` ${SECRET} `,
      authorizedParties: Object.freeze(['https://app.example.com']),
      audience: Object.freeze(['api']),
      jwtKey: Object.freeze([PEM]),
      isGlobal: false,
    };
    const before = structuredClone(options);
    await boot(Object.freeze(options));
    expect(options).toEqual(before);
  });

  it('may change afterwards without changing anything', async () => {
    const authorizedParties = ['https://app.example.com'];
    const settings = await boot({ secretKey: SECRET, authorizedParties });
    authorizedParties.push('https://attacker.example.com');
    expect(settings.authorizedParties).toEqual(['https://app.example.com']);
  });

  it('becomes settings that cannot be changed', async () => {
    const settings = await boot({ secretKey: SECRET });
    expect(Object.isFrozen(settings)).toBe(true);
  });
});

describe('a live key without authorizedParties', () => {
  const warningsWith = async (options: ClerkOptions): Promise<string[]> => {
    const log = new RecordedLog();
    await Test.createTestingModule({ imports: [ClerkModule.forRoot(options)] })
      .setLogger(log)
      .compile();
    expect(log.whole).not.toContain('zv7Q1m');
    return log.said('warn');
  };

  it.each<ClerkOptions>([
    { secretKey: LIVE },
    { secretKey: 'live_zv7Q1m' },
    { secretKey: LIVE, authorizedParties: [] },
    { jwtKey: PEM, publishableKey: LIVE_HOST },
  ])('warns once, and says what to set', async (options) => {
    expect(await warningsWith(options)).toEqual([
      expect.stringMatching(/authorizedParties.*https/),
    ]);
  });

  it.each<ClerkOptions>([
    { secretKey: LIVE, authorizedParties: ['https://app.example.com'] },
    { secretKey: SECRET },
    { jwtKey: PEM, publishableKey: TEST_HOST },
    { jwtKey: PEM },
  ])('others do not', async (options) => {
    expect(await warningsWith(options)).toEqual([]);
  });
});
