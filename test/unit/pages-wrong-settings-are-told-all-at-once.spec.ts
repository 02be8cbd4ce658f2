import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, type ClerkOptions } from 'nestjs-clerk-auth';
import type { ClerkPagesOptions } from 'nestjs-clerk-auth/pages';
import { optionsFromEnvironment } from '../../src/config/clerk-environment.js';
import { resolveSettings } from '../../src/config/resolve-settings.js';
import { resolvePagesSettings, type PagesSettings } from '../../src/doors/pages/pages-settings.js';

const encoded = (host: string) => Buffer.from(`${host}$`).toString('base64');

const LIVE: ClerkOptions = {
  secretKey: 'sk_live_x',
  publishableKey: `pk_live_${encoded('clerk.example.com')}`,
};
const TEST: ClerkOptions = {
  secretKey: 'sk_test_x',
  publishableKey: `pk_test_${encoded('quiet-otter-42.clerk.accounts.dev')}`,
};

function resolved(
  options: ClerkPagesOptions,
  clerk: ClerkOptions = LIVE,
  environment: Record<string, string> = {},
): PagesSettings {
  return resolvePagesSettings(options, environment, resolveSettings(clerk, {}));
}

function problemsOf(make: () => unknown): readonly string[] {
  try {
    make();
  } catch (reason) {
    if (reason instanceof ConfigurationError) return reason.problems;
    throw reason;
  }
  return [];
}

describe('pages', () => {
  it('need nothing said where the keys say it', () => {
    expect(resolved({})).toMatchObject({
      isDevelopment: false,
      frontendApi: 'https://clerk.example.com',
      signInUrl: 'https://accounts.example.com/sign-in',
      signUpUrl: 'https://accounts.example.com/sign-up',
      origin: undefined,
      satellites: [],
      satelliteAutoSync: false,
    });
    expect(resolved({}, TEST)).toMatchObject({
      isDevelopment: true,
      frontendApi: 'https://quiet-otter-42.clerk.accounts.dev',
      signInUrl: 'https://quiet-otter-42.accounts.dev/sign-in',
    });
  });

  it('read the environment, and options outrank it', () => {
    const environment = { CLERK_SIGN_IN_URL: ' /in ', CLERK_SIGN_UP_URL: 'https://a.example/up' };
    const signUpUrl = 'https://a.example/up';
    expect(resolved({}, LIVE, environment)).toMatchObject({ signInUrl: '/in', signUpUrl });
    expect(resolved({ signInUrl: '/x', signUpUrl: undefined }, LIVE, environment)).toMatchObject({
      signInUrl: '/x',
      signUpUrl,
    });
  });

  it.each<[string, boolean]>([
    ['true', false],
    ['TRUE', false],
    [' 1 ', false],
    ['false', true],
    ['0', true],
    ['', true],
  ])('leave telemetry as it is or off, with CLERK_TELEMETRY_DISABLED=%s', (word, telemetry) => {
    const environment = { CLERK_TELEMETRY_DISABLED: word };
    expect(resolved({}, TEST, environment)).toMatchObject({ telemetry });
    expect(resolved({}, TEST, {})).toMatchObject({ telemetry: true });
  });

  it.each(['yes', '-1', '1x'])('are told that CLERK_TELEMETRY_DISABLED=%s is neither', (word) => {
    const environment = { CLERK_TELEMETRY_DISABLED: word };
    expect(problemsOf(() => resolved({}, TEST, environment))).toEqual([
      'ClerkPagesModule: CLERK_TELEMETRY_DISABLED must be true or false.',
    ]);
  });

  it('take every option that there is', () => {
    const options = {
      signInUrl: 'https://a.example/in',
      signUpUrl: '/up?x=1',
      origin: 'https://app.example.com',
      satellites: ['https://shop.example', 'http://localhost:3001'],
      satelliteAutoSync: true,
    };
    expect(resolved(options)).toMatchObject(options);
    expect(resolved({ satelliteAutoSync: false })).toMatchObject({ satelliteAutoSync: false });
  });

  it('reach the Frontend API by a proxy, or on the domain of a live satellite', () => {
    const frontendApiOf = (more: ClerkOptions, base = LIVE) =>
      resolved({ signInUrl: 'https://a.example/in' }, { ...base, ...more }).frontendApi;
    expect(frontendApiOf({ proxyUrl: '/__clerk/' })).toBe('/__clerk');
    expect(frontendApiOf({ proxyUrl: 'https://a.example/c/' })).toBe('https://a.example/c');
    const isSatellite = { isSatellite: true, domain: 'shop.example' };
    expect(frontendApiOf(isSatellite)).toBe('https://clerk.shop.example');
    expect(frontendApiOf(isSatellite, TEST)).toBe('https://quiet-otter-42.clerk.accounts.dev');
  });

  it.each<[unknown, string]>([
    [{ signInUrl: 'sign-in' }, 'signInUrl'],
    [{ signInUrl: '//evil.example' }, 'signInUrl'],
    [{ signInUrl: 'javascript:alert(1)' }, 'signInUrl'],
    [{ signInUrl: '/in#x' }, 'signInUrl'],
    [{ signUpUrl: '' }, 'signUpUrl'],
    [{ signUpUrl: 7 }, 'signUpUrl'],
    [{ origin: 'https://a.example/' }, 'origin'],
    [{ origin: 'a.example' }, 'origin'],
    [{ satellites: ['https://a.example/x'] }, 'satellites'],
    [{ satellites: 'https://a.example' }, 'satellites'],
    [{ satellites: ['https://a.example', 7] }, 'satellites'],
    [{ origin: 7 }, 'origin'],
    [{ signInUrl: new URL('https://a.example/in') }, 'signInUrl'],
    [{ origin: new URL('https://a.example') }, 'origin'],
    [{ satellites: [['https://a.example']] }, 'satellites'],
    [{ origin: 'ftp://a.example' }, 'origin'],
    [{ satelliteAutoSync: 'yes' }, 'satelliteAutoSync'],
    [{ signinUrl: '/x' }, 'signinUrl is no option'],
  ])('%j is told, and what to write', (options, named) => {
    const problems = problemsOf(() => resolved(options as ClerkPagesOptions));
    expect(problems).toEqual([expect.stringContaining(`ClerkPagesModule: ${named}`)]);
  });

  it('are told in words what would be right', () => {
    expect(problemsOf(() => resolved({ signInUrl: 'x', origin: 'x', satellites: [] }))).toEqual([
      'ClerkPagesModule: signInUrl (CLERK_SIGN_IN_URL) must be a path such as /sign-in or a URL such as ' +
        'https://accounts.example.com/sign-in, without fragment.',
      'ClerkPagesModule: origin must be an origin: scheme, host and port, such as https://app.example.com, and no path.',
    ]);
    expect(problemsOf(() => resolved({ signIn: '/x' } as ClerkPagesOptions))).toEqual([
      'ClerkPagesModule: signIn is no option: correct or remove it. The options are signInUrl, signUpUrl, origin, ' +
        'satellites, satelliteAutoSync.',
    ]);
  });

  it('need both keys, and are told everything at once', () => {
    const settings = resolveSettings({ jwtKey: [], secretKey: 'sk_test_x' }, {});
    const clerk = { ...settings, secretKey: undefined };
    const options = { origin: 'x' };
    const problems = problemsOf(() => resolvePagesSettings(options, {}, clerk));
    expect(problems.join('\n')).toMatch(/PUBLISHABLE_KEY[^]*SECRET_KEY[^]*origin/);
    expect(problemsOf(() => resolvePagesSettings({}, {}, clerk, false))).toEqual([]);
    const satellite = { ...clerk, isSatellite: true };
    expect(problemsOf(() => resolvePagesSettings({}, {}, satellite, false))).toHaveLength(1);
  });

  it('of a satellite in development need to know where to sign in', () => {
    const satellite = { ...TEST, isSatellite: true, domain: 'localhost:3001' };
    for (const options of [{}, { signInUrl: '/sign-in' }]) {
      expect(problemsOf(() => resolved(options, satellite))).toEqual([
        'ClerkPagesModule: a satellite in development needs to know where its primary domain signs people in: ' +
          'give signInUrl (CLERK_SIGN_IN_URL) as a whole URL.',
      ]);
    }
    expect(
      problemsOf(() => resolved({ signInUrl: 'http://localhost:3000/in' }, satellite)),
    ).toEqual([]);
    expect(problemsOf(() => resolved({}, { ...satellite, ...LIVE }))).toEqual([]);
  });
});

describe('what a satellite or a proxy makes of Clerk', () => {
  const issuersOf = (more: ClerkOptions, base = LIVE) =>
    resolveSettings({ ...base, ...more }, {}).issuers;

  it('is what tokens say', () => {
    expect(issuersOf({})).toEqual(['https://clerk.example.com']);
    const satellite = { isSatellite: true, domain: 'shop.example' };
    expect(issuersOf(satellite)).toEqual(['https://clerk.shop.example']);
    expect(issuersOf(satellite, TEST)).toEqual(['https://quiet-otter-42.clerk.accounts.dev']);
    expect(issuersOf({ ...satellite, isSatellite: false })).toEqual(['https://clerk.example.com']);
    expect(issuersOf({ proxyUrl: 'https://a.example/c/' })).toContain('https://a.example/c');
    const authorizedParties = ['https://a.example'];
    expect(issuersOf({ proxyUrl: '/c', authorizedParties })).toContain('https://a.example/c');
    expect(issuersOf({ ...satellite, issuer: 'https://x.example' })).toEqual(['https://x.example']);
  });

  it.each([
    ['true', true],
    ['1', true],
    ['False', false],
    ['0', false],
    ['', false],
  ])('is read in the environment as Clerk reads it: CLERK_IS_SATELLITE=%s', (word, isSatellite) => {
    const environment = { CLERK_IS_SATELLITE: word, CLERK_DOMAIN: 'shop.example' };
    const settings = resolveSettings(LIVE, optionsFromEnvironment(environment));
    expect(settings).toMatchObject({ isSatellite });
  });

  it.each(['yes', '-1', '1.5'])('is refused where CLERK_IS_SATELLITE=%s says neither', (word) => {
    const environment = { CLERK_IS_SATELLITE: word, CLERK_DOMAIN: 'shop.example' };
    expect(problemsOf(() => resolveSettings(LIVE, optionsFromEnvironment(environment)))).toEqual([
      expect.stringMatching(/^isSatellite \(CLERK_IS_SATELLITE\) must be true or false/),
    ]);
  });

  it.each<[unknown, RegExp]>([
    [{ isSatellite: true }, /^isSatellite \(CLERK_IS_SATELLITE\).*CLERK_DOMAIN/],
    [{ isSatellite: 'yes' }, /^isSatellite .*true or false/],
    [{ domain: 'https://shop.example' }, /^domain \(CLERK_DOMAIN\) must be a host/],
    [{ domain: 'shop.example/x' }, /^domain/],
    [{ proxyUrl: '//evil.example' }, /^proxyUrl \(CLERK_PROXY_URL\)/],
    [{ proxyUrl: '/a/../b' }, /^proxyUrl/],
    [{ proxyUrl: 'ftp://a.example' }, /^proxyUrl/],
    [{ proxyUrl: 'https://a.example/?x=1' }, /^proxyUrl/],
  ])('%j is told', (options, problem) => {
    const problems = problemsOf(() =>
      resolveSettings({ ...LIVE, ...(options as ClerkOptions) }, {}),
    );
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });
});
