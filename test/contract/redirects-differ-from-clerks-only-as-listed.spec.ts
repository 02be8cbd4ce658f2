import { createClerkClient } from '@clerk/backend';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { cookieSuffixOf } from '../../src/config/publishable-key.js';
import { NAVIGATION, PageBrowser } from '../support/page-browser.js';
import { startPages, type PageApp } from '../support/page-app.js';
import { readDocument } from './support/documents.js';

interface Cast {
  readonly clerk: LocalClerk;
  readonly ada: SignedIn;
  readonly suffix: string;
  readonly seconds: number;
  readonly origin: string;
}

type Headers = Readonly<Record<string, string>>;

interface Case {
  readonly name: string;
  readonly path?: string;
  readonly cookie?: (cast: Cast) => string;
  readonly headers?: (cast: Cast) => Headers;
  /** Where the two differ: what ours is, and the line of docs/pages.md that says so. */
  readonly difference?: Difference;
  readonly only?: 'development' | 'production';
}

interface Difference {
  readonly listedAs: string;
  /** `none`: ours sends nobody to a handshake; else the parameters in which it differs. */
  readonly ours: 'none' | readonly string[];
}

type Spec = Parameters<LocalClerk['mint']>[0];

const minted =
  (spec: Spec = {}, uat = -300) =>
  (cast: Cast) =>
    `__session=${mint(cast, spec)}; __client_uat=${String(cast.seconds + uat)}`;

const mint = ({ clerk, ada, origin }: Cast, spec: Spec = {}) =>
  clerk.mint({ session: ada, ...spec, claims: { azp: origin, ...spec.claims } });

const EXPIRED: Spec = { expiresIn: -60, issuedAt: -120 };

const CASES: readonly Case[] = [
  { name: 'an expired token', cookie: minted(EXPIRED) },
  { name: 'one within the skew', cookie: minted({ expiresIn: -2, issuedAt: -120 }) },
  { name: 'one that is not valid yet', cookie: minted({ notBefore: 300 }) },
  { name: 'one of the future', cookie: minted({ issuedAt: 300, expiresIn: 600 }) },
  { name: 'a good one', cookie: minted() },
  { name: 'signed in and no token', cookie: ({ seconds }) => `__client_uat=${String(seconds)}` },
  { name: 'a token and signed out', cookie: (cast) => `__session=${mint(cast)}; __client_uat=0` },
  { name: 'a token and a later sign-in', cookie: minted({}, 60) },
  { name: 'a bad signature', cookie: minted({ key: 'foreign' }) },
  { name: 'a bad signature and a later sign-in', cookie: minted({ key: 'foreign' }, 60) },
  { name: 'an opaque token', cookie: () => '__session=opaque; __client_uat=1' },
  { name: 'a JWT template', cookie: minted({ header: { cat: 'cl_B7d4PD222AAA' } }) },
  {
    name: 'suffixed cookies alone',
    cookie: (cast) =>
      `__session_${cast.suffix}=${mint(cast, EXPIRED)}; __client_uat_${cast.suffix}=1`,
  },
  {
    name: 'both sets alike',
    cookie: (cast) => {
      const token = mint(cast, EXPIRED);
      const { suffix } = cast;
      return `__session=${token}; __client_uat=1; __session_${suffix}=${token}; __client_uat_${suffix}=1`;
    },
  },
  {
    name: 'a plain set that is newer',
    cookie: (cast) => {
      const [old, newer] = [mint(cast, { expiresIn: -90, issuedAt: -200 }), mint(cast, EXPIRED)];
      const { suffix } = cast;
      return `__session=${newer}; __client_uat=1; __session_${suffix}=${old}; __client_uat_${suffix}=1`;
    },
  },
  { name: 'a path with a query', path: '/invoices?q=ab&c=%2F&d=+', cookie: minted(EXPIRED) },
  {
    name: 'a blank in the query',
    path: '/invoices?q=a%20b',
    cookie: minted(EXPIRED),
    difference: { ours: ['redirect_url'], listedAs: "`%20` in the page's query becomes `+`" },
  },
  { name: 'an organization by its id', path: '/orgs/org_other', cookie: minted() },
  { name: 'an organization by its id, expired', path: '/orgs/org_other', cookie: minted(EXPIRED) },
  { name: 'an organization by its slug', path: '/teams/acme', cookie: minted() },
  { name: 'a page for everybody', path: '/', cookie: minted(EXPIRED) },
  { name: 'a frame', cookie: minted(EXPIRED), headers: () => ({ 'sec-fetch-dest': 'iframe' }) },
  { name: 'fetch', cookie: minted(EXPIRED), headers: () => ({ 'sec-fetch-dest': 'empty' }) },
  {
    name: 'a browser that comes from signing in',
    path: '/invoices?a=1&__clerk_db_jwt=dvb_2',
    cookie: minted(EXPIRED),
    only: 'development',
  },
  {
    name: 'a browser that nobody knows',
    cookie: () => '',
    only: 'development',
    headers: () => ({ cookie: '' }),
    difference: {
      ours: 'none',
      listedAs: 'Everybody unknown is handshaken first, in development.',
    },
  },
  {
    name: 'a token without __client_uat',
    cookie: (cast) => `__session=${mint(cast)}`,
    difference: { ours: 'none', listedAs: 'A session token without `__client_uat` is handshaken.' },
  },
  {
    name: 'an expired Bearer',
    headers: (cast) => ({ authorization: `Bearer ${mint(cast, EXPIRED)}` }),
    difference: { ours: 'none', listedAs: 'An expired Bearer token is handshaken.' },
  },
  {
    name: 'a link on another site',
    cookie: minted(),
    headers: () => ({ referer: 'https://elsewhere.test/' }),
    difference: { ours: 'none', listedAs: "Any other site's `Referer` causes a handshake." },
  },
  {
    name: 'a forwarded host of anybody',
    cookie: minted(EXPIRED),
    headers: () => ({ 'x-forwarded-host': 'evil.example' }),
    difference: {
      ours: ['redirect_url'],
      listedAs: '`X-Forwarded-Host` is believed, whoever sends it.',
    },
  },
  {
    name: 'a prefetch',
    cookie: minted(EXPIRED),
    headers: () => ({ 'sec-purpose': 'prefetch' }),
    difference: { ours: 'none', listedAs: 'A prefetch is handshaken.' },
  },
  {
    name: 'XHR over plain http',
    cookie: minted(EXPIRED),
    headers: () => ({
      'sec-fetch-dest': '',
      accept: 'text/html',
      'x-requested-with': 'XMLHttpRequest',
    }),
    difference: {
      ours: 'none',
      listedAs: 'XHR that says `Accept: text/html` over plain http is handshaken.',
    },
  },
];

/** The official package asked about the same request: a second opinion on where the browser has to go. */
describe.each(['development', 'production'] as const)('of a %s instance', (instanceType) => {
  let cast: Cast;
  let pages: PageApp;

  beforeAll(async () => {
    const clerk = await LocalClerk.start({ instanceType });
    pages = await startPages('express', clerk, { clerk: { issuer: clerk.issuer } });
    cast = {
      clerk,
      ada: clerk.signIn('ada'),
      suffix: cookieSuffixOf(clerk.publishableKey),
      seconds: Math.floor(Date.now() / 1000),
      origin: pages.origin,
    };
  });

  afterAll(async () => {
    await pages.app.close();
    await cast.clerk.stop();
  });

  /** The parameters of the handshake; `undefined` where the browser is sent to none. */
  function handshakeIn(location: string | null | undefined): Record<string, string> | undefined {
    if (location === null || location === undefined) return undefined;
    const { pathname, searchParams, origin } = new URL(location, pages.origin);
    if (pathname !== '/v1/client/handshake') return undefined;
    expect(origin).toBe(cast.clerk.url);
    return Object.fromEntries(searchParams);
  }

  async function ours(path: string, headers: Headers) {
    const without = Object.fromEntries(Object.keys(NAVIGATION).map((name) => [name, undefined]));
    const sent = { ...without, ...headers };
    const { location } = await new PageBrowser().ask(pages.at(path), { headers: sent });
    return handshakeIn(location);
  }

  async function theirs(path: string, headers: Headers) {
    const { secretKey, publishableKey, url: apiUrl } = cast.clerk;
    const client = createClerkClient({
      secretKey,
      publishableKey,
      apiUrl,
      telemetry: { disabled: true },
    });
    const asked = new Request(pages.at(path), { headers });
    const state = await client.authenticateRequest(asked, {
      proxyUrl: apiUrl,
      jwtKey: cast.clerk.jwtKey,
      organizationSyncOptions: { organizationPatterns: ['/orgs/:id', '/teams/:slug'] },
    });
    return handshakeIn(state.status === 'handshake' ? state.headers.get('location') : null);
  }

  /** As every browser of a development instance, which it knows by a cookie. */
  function headersOf({ cookie, headers }: Case): Headers {
    const browser = ['__clerk_db_jwt', `__clerk_db_jwt_${cast.suffix}`].map(
      (name) => `${name}=dvb_1`,
    );
    const cookies = [...browser, cookie?.(cast) ?? ''].filter((one) => one !== '').join('; ');
    const all = { ...NAVIGATION, cookie: cookies, ...headers?.(cast) };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
  }

  it.each(CASES)('$name', async (made) => {
    if (made.only !== undefined && made.only !== instanceType) return;
    const { path = '/invoices', difference } = made;
    const sent = headersOf(made);
    const [here, there] = [await ours(path, sent), await theirs(path, sent)];
    if (difference === undefined) {
      expect(here).toEqual(there);
      return;
    }
    expect(there).toBeDefined();
    expect(readDocument('docs/pages.md').text).toContain(difference.listedAs);
    if (difference.ours === 'none') {
      expect(here).toBeUndefined();
      return;
    }
    const names = new Set([...Object.keys(here ?? {}), ...Object.keys(there ?? {})]);
    const differing = [...names].filter((name) => here?.[name] !== there?.[name]);
    expect(differing).toEqual(difference.ours);
  });
});
