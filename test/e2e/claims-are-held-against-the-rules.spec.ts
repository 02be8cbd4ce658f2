import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { SessionService, type UnauthenticatedCode } from 'nestjs-clerk-auth';
import { LocalClerk, type MintSpec, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { expectRefused, expectRejection, expectUser } from '../support/expect-answer.js';
import { handled } from '../support/probe-controller.js';
import { RawSigner } from '../support/sign-raw.js';
import { ADAPTERS } from '../support/start-app.js';
import { startProbe, type ProbeOptions } from '../support/start-probe.js';

const ISSUED = Date.parse('2026-01-01T00:00:00Z');
const SECONDS = ISSUED / 1000;
const LIFETIME = 60_000;
const SKEW = 5000;
const PARTY = 'https://app.example.com';
const signer = new RawSigner();

const NOT_TEXT = [undefined, '', null, 0, 123, true, [], ['user_1'], {}, { id: 'user_1' }];
const NOT_TIMES = ['', '9999999999', null, true, [], [9_999_999_999], {}, '2030-01-01'];

const shown = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value));
const table = (values: readonly unknown[]): [string, unknown][] =>
  values.map((value) => [shown(value), value]);

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication;
  let now = ISSUED;
  const started: INestApplication[] = [];

  const start = async (options: ProbeOptions = {}): Promise<INestApplication> => {
    const jwtKey = [clerk.jwtKey, signer.pem];
    const probe = await startProbe(adapter, clerk, { jwtKey, now: () => now, ...options });
    started.push(probe);
    return probe;
  };

  /** An application of its own for a group of tests. */
  const having = (options: () => ProbeOptions): (() => INestApplication) => {
    let probe: INestApplication | undefined;
    beforeAll(async () => {
      probe = await start(options());
    });
    return () => probe!;
  };

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => ISSUED });
    ada = clerk.signIn('ada');
    app = await start();
  });

  afterAll(async () => {
    await Promise.all(started.map((probe) => probe.close()));
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
    now = ISSUED;
  });

  const ask = (token: string, to: INestApplication): request.Test =>
    request(to.getHttpServer()).get('/me').set('Authorization', `Bearer ${token}`);

  const tokenOf = (spec: MintSpec): string => clerk.mint({ session: ada, ...spec });

  async function isAccepted(spec: MintSpec | string, to = app): Promise<void> {
    const token = typeof spec === 'string' ? spec : tokenOf(spec);
    expectUser(await ask(token, to), ada.userId);
    expect((await to.get(SessionService).verifyToken(token)).userId).toBe(ada.userId);
  }

  async function isRefused(
    spec: MintSpec | string,
    code: UnauthenticatedCode,
    to = app,
  ): Promise<void> {
    const token = typeof spec === 'string' ? spec : tokenOf(spec);
    expectRefused(await ask(token, to), code);
    await expectRejection(to.get(SessionService).verifyToken(token), code);
  }

  const claim = (name: string, value: unknown): MintSpec => ({ claims: { [name]: value } });

  describe('exp', () => {
    const exact = having(() => ({ clockSkew: 0 }));
    const generous = having(() => ({ clockSkew: 60_000 }));

    it('accepts until the skew has passed, and not a millisecond longer', async () => {
      now = ISSUED + LIFETIME + SKEW - 1;
      await isAccepted({});
      now = ISSUED + LIFETIME + SKEW;
      await isRefused({}, 'token_expired');
    });

    it('honors a skew of 0', async () => {
      now = ISSUED + LIFETIME - 1;
      await isAccepted({}, exact());
      now = ISSUED + LIFETIME;
      await isRefused({}, 'token_expired', exact());
      await isAccepted({});
    });

    it('honors a large skew', async () => {
      now = ISSUED + LIFETIME + 59_999;
      await isAccepted({}, generous());
      now = ISSUED + LIFETIME + 60_000;
      await isRefused({}, 'token_expired', generous());
    });

    it('reads fractions of a second', async () => {
      now = ISSUED + 499;
      await isAccepted(claim('exp', SECONDS + 0.5), exact());
      now = ISSUED + 500;
      await isRefused(claim('exp', SECONDS + 0.5), 'token_expired', exact());
    });

    it('refuses the same token, once good, when its time is over', async () => {
      const token = tokenOf({});
      await isAccepted(token);
      now = ISSUED + LIFETIME + SKEW;
      await isRefused(token, 'token_expired');
    });

    it.each(table([undefined, ...NOT_TIMES]))('must be there and a number: %s', async (_, exp) => {
      await isRefused(claim('exp', exp), 'token_claims_invalid');
    });

    it.each(table([0, -1, -1e300, 1, 1e-300, SECONDS - 6]))('%s is long ago', async (_, exp) => {
      await isRefused(claim('exp', exp), 'token_expired');
    });

    it.each(['1e999', '-1e999', '1E400', 'NaN', 'Infinity'])('%s is no time', async (exp) => {
      const payload = `{"sub":"${ada.userId}","sid":"sess_1","iss":"${clerk.issuer}","exp":`;
      const code = /[A-Z][a-z]/.test(exp) ? 'token_malformed' : 'token_claims_invalid';
      await isRefused(signer.sign('{"alg":"RS256"}', `${payload}${exp}}`), code);
      await isAccepted(signer.sign('{"alg":"RS256"}', `${payload}${SECONDS + 1}}`));
    });
  });

  describe.each([
    ['nbf', 'token_not_yet_valid'],
    ['iat', 'token_issued_in_future'],
  ] as const)('%s', (name, code) => {
    const exact = having(() => ({ clockSkew: 0 }));

    it('may lie ahead by the skew, and not a millisecond more', async () => {
      now = ISSUED - SKEW;
      await isAccepted(claim(name, SECONDS));
      await isRefused(claim(name, SECONDS + 1), code);
      // The other one lies in the past, so that this one alone decides.
      now = ISSUED - SKEW - 1;
      const other = name === 'nbf' ? { iat: SECONDS - 60 } : { nbf: SECONDS - 60 };
      await isRefused({ claims: { ...other, [name]: SECONDS } }, code);
    });

    it('may not lie ahead at all with a skew of 0', async () => {
      await isAccepted(claim(name, SECONDS), exact());
      await isRefused(claim(name, SECONDS + 0.001), code, exact());
      await isAccepted(claim(name, SECONDS + 0.001));
    });

    it.each(table([undefined, 0, -1, 1.5, SECONDS - 1e6]))('may be %s', async (_, value) => {
      await isAccepted(claim(name, value));
    });

    it.each(table(NOT_TIMES))('is a number if it is there: %s', async (_, value) => {
      await isRefused(claim(name, value), 'token_claims_invalid');
    });

    it.each(table([1e15, 1e300, Number.MAX_VALUE]))('%s never comes', async (_, value) => {
      await isRefused(claim(name, value), code);
    });
  });

  describe.each(['sub', 'sid'])('%s', (name) => {
    it.each(table(NOT_TEXT))('is a text of some length: %s', async (_, value) => {
      await isRefused(claim(name, value), 'token_claims_invalid');
      await isAccepted({});
    });
  });

  describe('iss', () => {
    const elsewhere = having(() => ({ issuer: 'https://clerk.proxy.test' }));
    const several = having(() => ({
      issuer: ['https://clerk.proxy.test', 'https://satellite.test/__clerk'],
    }));
    const anywhere = having(() => ({ publishableKey: undefined }));

    it.each<[string, (issuer: string) => unknown]>([
      ['of another instance', () => 'https://clerk.another.test'],
      ['that only begins alike', (issuer) => `${issuer}.evil.test`],
      ['that only begins alike, at another port', (issuer) => `${issuer}:8443`],
      ['that only ends alike', (issuer) => issuer.replace('https://', 'https://evil.')],
      ['that hides behind a user name', (issuer) => `${issuer}@evil.test`],
      ['with a slash', (issuer) => `${issuer}/`],
      ['with a path', (issuer) => `${issuer}/v1`],
      ['over plain http', (issuer) => issuer.replace('https', 'http')],
      ['without a scheme', (issuer) => issuer.replace('https://', '')],
      ['in capitals', (issuer) => issuer.toUpperCase()],
      ['with a blank', (issuer) => `${issuer} `],
      ['in a list', (issuer) => [issuer]],
      ['in an object', (issuer) => ({ issuer })],
      ['that is empty', () => ''],
      ['that is a number', () => 1],
      ['that is null', () => null],
      ['that is absent', () => undefined],
    ])('%s', async (_, change) => {
      await isRefused(claim('iss', change(clerk.issuer)), 'token_issuer_mismatch');
      await isAccepted(claim('iss', clerk.issuer));
      await isAccepted(claim('iss', change(clerk.issuer)), anywhere());
    });

    it('is any of those that the option lists, and no other', async () => {
      await isAccepted(claim('iss', 'https://clerk.proxy.test'), several());
      await isAccepted(claim('iss', 'https://satellite.test/__clerk'), several());
      await isRefused(claim('iss', clerk.issuer), 'token_issuer_mismatch', several());
      await isRefused(claim('iss', 'https://clerk.proxy'), 'token_issuer_mismatch', several());
    });

    it('is the one of the option, where there is one', async () => {
      await isAccepted(claim('iss', 'https://clerk.proxy.test'), elsewhere());
      await isRefused({}, 'token_issuer_mismatch', elsewhere());
    });
  });

  describe('azp', () => {
    const picky = having(() => ({ authorizedParties: ['https://www.example.com', PARTY] }));

    it.each(table([PARTY, 'https://www.example.com']))('%s is welcome', async (_, azp) => {
      await isAccepted(claim('azp', azp), picky());
    });

    it.each(
      table([
        undefined,
        '',
        'https://evil.test',
        `${PARTY}/`,
        `${PARTY}.evil.test`,
        `${PARTY},https://www.example.com`,
        PARTY.toUpperCase(),
        'https://www.example.com:8443',
        [PARTY],
        { [PARTY]: true },
        null,
        1,
        true,
      ]),
    )('%s is not, unless nobody asks', async (_, azp) => {
      await isRefused(claim('azp', azp), 'token_authorized_party_mismatch', picky());
      await isAccepted(claim('azp', azp));
    });
  });

  describe('aud', () => {
    const picky = having(() => ({ audience: ['api', 'admin'] }));
    const one = having(() => ({ audience: 'api' }));

    it.each(table(['api', ['api'], ['other', 'api'], ['api', 7]]))('%s is ours', async (_, aud) => {
      await isAccepted(claim('aud', aud), picky());
      await isAccepted(claim('aud', aud), one());
    });

    it.each(
      table([
        undefined,
        '',
        'other',
        'API',
        'api ',
        'api,admin',
        [],
        ['other'],
        [['api']],
        { api: true },
        { 0: 'api', length: 1 },
        null,
        1,
        true,
      ]),
    )('%s is not, unless nobody asks', async (_, aud) => {
      await isRefused(claim('aud', aud), 'token_audience_mismatch', picky());
      await isRefused(claim('aud', aud), 'token_audience_mismatch', one());
      await isAccepted(claim('aud', aud));
    });
  });

  describe('sts', () => {
    const patient = having(() => ({ treatPendingAsSignedOut: false }));

    it.each(table([undefined, 'active']))('%s is signed in', async (_, sts) => {
      await isAccepted(claim('sts', sts));
      await isAccepted(claim('sts', sts), patient());
    });

    it('pending is signed out, unless it is told not to be', async () => {
      await isRefused(claim('sts', 'pending'), 'session_pending');
      await isAccepted(claim('sts', 'pending'), patient());
    });

    it('pending has nothing, even where it is signed in', async () => {
      const o = { id: 'org_1', rol: 'admin' };
      const [pending, active] = await Promise.all(
        ['pending', 'active'].map((sts) =>
          patient()
            .get(SessionService)
            .verifyToken(tokenOf({ claims: { o, sts } })),
        ),
      );
      expect(pending?.status).toBe('pending');
      expect(pending?.has({ role: 'org:admin' })).toBe(false);
      expect(active?.status).toBe('active');
      expect(active?.has({ role: 'org:admin' })).toBe(true);
    });

    it.each(table(['revoked', 'ended', 'Active', 'invented later', '', null, 1, ['active'], {}]))(
      '%s is not signed in',
      async (_, sts) => {
        await isRefused(claim('sts', sts), 'session_not_active');
        await isRefused(claim('sts', sts), 'session_not_active', patient());
      },
    );
  });

  describe('a signature that does not hold is what counts, whatever the claims say:', () => {
    it.each<[string, MintSpec, UnauthenticatedCode]>([
      ['expired', { expiresIn: -600 }, 'token_expired'],
      ['not yet valid', { notBefore: 600 }, 'token_not_yet_valid'],
      ['issued in the future', { issuedAt: 600 }, 'token_issued_in_future'],
      ['without exp', claim('exp', undefined), 'token_claims_invalid'],
      ['without sub', claim('sub', undefined), 'token_claims_invalid'],
      ['of another instance', claim('iss', 'https://evil.test'), 'token_issuer_mismatch'],
      ['of a machine', claim('sub', 'mch_1'), 'token_type_unsupported'],
      ['pending', claim('sts', 'pending'), 'session_pending'],
    ])('%s', async (_, spec, code) => {
      await isRefused({ ...spec, key: 'foreign' }, 'token_signature_invalid');
      await isRefused(spec, code);
    });
  });

  describe('the organization is the same in both versions of the claims:', () => {
    // A mask of 55 bits: as a number it would lose its lowest.
    const NAMES = Array.from({ length: 55 }, (_, at) => `p${at}`);
    const MASK = ((1n << 54n) | 1n).toString();
    const granted = ['org:invoices:p0', 'org:invoices:p54', 'org:teams:p1'];

    const v1: MintSpec = {
      version: 1,
      claims: {
        org_id: 'org_1',
        org_slug: 'acme',
        org_role: 'org:admin',
        org_permissions: granted,
      },
    };
    const v2 = (o: object = {}, more: object = {}): MintSpec => ({
      version: 2,
      claims: {
        o: { id: 'org_1', slg: 'acme', rol: 'admin', per: NAMES.join(), fpm: `${MASK},2`, ...o },
        fea: 'o:invoices,u:own,ou:teams',
        ...more,
      },
    });

    const sessionOf = async (spec: MintSpec) => app.get(SessionService).verifyToken(tokenOf(spec));

    it('id, slug, role and permissions, with masks beyond 2^53', async () => {
      const expected = { id: 'org_1', slug: 'acme', role: 'org:admin', permissions: granted };
      expect((await sessionOf(v1)).organization).toEqual(expected);
      expect((await sessionOf(v2())).organization).toEqual(expected);
    });

    it.each([
      ['version 1', v1],
      ['version 2', v2()],
    ])('what it has, %s', async (_, spec) => {
      const session = await sessionOf(spec);
      const has = (name: 'role' | 'permission', value: string): boolean =>
        session.has({ [name]: value });
      expect(['org:admin', 'admin'].map((role) => has('role', role))).toEqual([true, true]);
      expect(['org:member', '', 'Admin'].map((role) => has('role', role))).toEqual([
        false,
        false,
        false,
      ]);
      expect(granted.map((permission) => has('permission', permission))).toEqual([
        true,
        true,
        true,
      ]);
      const others = ['org:invoices:p1', 'org:invoices:p53', 'org:teams:p0', 'org:own:p0', ''];
      expect(others.some((permission) => has('permission', permission))).toBe(false);
      expect(session.has({})).toBe(false);
      expect(session.has({ role: 'admin', permission: 'org:invoices:p0' })).toBe(true);
      expect(session.has({ role: 'member', permission: 'org:invoices:p0' })).toBe(false);
    });

    it.each(['-1', '1.5', '1x', '0x1', '1e3', '', ' ', 'NaN', '１'])(
      'the malformed mask %j grants nothing, and its neighbour what is its own',
      async (mask) => {
        const { organization } = await sessionOf(v2({ fpm: `${mask},2` }));
        expect(organization?.permissions).toEqual(['org:teams:p1']);
      },
    );

    it.each<[string, object, object]>([
      ['no masks', { fpm: undefined }, {}],
      ['no names', { per: undefined }, {}],
      ['no features', {}, { fea: undefined }],
      ['features without colon', {}, { fea: 'invoices' }],
      ['features of the user only', {}, { fea: 'u:invoices' }],
      ['features as a list', {}, { fea: ['o:invoices'] }],
      ['masks as a number', { fpm: 1 }, {}],
      ['names as a list', { per: ['p0'] }, {}],
      ['a bit beyond the names', { fpm: (1n << 60n).toString() }, {}],
    ])('%s: no permission, and no 500', async (_, o, more) => {
      expect((await sessionOf(v2(o, more))).organization?.permissions).toEqual([]);
      await isAccepted(v2(o, more));
    });

    it.each<[string, MintSpec]>([
      ['version 1', { version: 1 }],
      ['version 2', { version: 2 }],
      ['version 2 with the claims of version 1', { ...v1, version: 2 }],
      ['version 1 with the claims of version 2', { ...v2(), version: 1 }],
      ['o null', claim('o', null)],
      ['o a text', claim('o', 'org_1')],
      ['o without id', claim('o', { rol: 'admin' })],
      ['o with an id of another type', claim('o', { id: 1, rol: 'admin' })],
    ])('none in a personal account, %s', async (_, spec) => {
      const session = await sessionOf(spec);
      expect(session.organization).toBeNull();
      expect(session.has({ role: 'org:admin' })).toBe(false);
      expect(session.has({ permission: 'org:invoices:p0' })).toBe(false);
    });
  });
});
