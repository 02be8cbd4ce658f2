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
  /** A nonce for which nobody has asked yet. */
  readonly newNonce: () => Promise<string>;
}

type Headers = Readonly<Record<string, string>>;

interface Case {
  readonly name: string;
  readonly method?: 'POST';
  readonly path?: string | ((cast: Cast) => Promise<string>);
  readonly cookie?: (cast: Cast) => string;
  readonly headers?: (cast: Cast) => Headers;
  /** Where the two differ: what ours is, and the line of docs/pages.md that says so. */
  readonly difference?: Difference;
  readonly only?: 'development' | 'production';
}

interface Request {
  readonly path: string;
  readonly method: Case['method'];
  readonly headers: Headers;
}

interface Difference {
  readonly listedAs: string;
  /** What ours does, or the parameters in which its handshake differs. */
  readonly ours: Ours | readonly string[];
  /** Left out, a handshake. */
  readonly theirs?: Theirs;
}

/** Where ours sends the browser, or the status of its answer. */
type Ours = 'handshake' | 'sign-in page' | 'tasks' | 200 | 401 | 403;

/** What theirs says of the request, and of whom: who is pending is signed in, and nobody. */
type Theirs = 'handshake' | 'signed-in' | 'signed-in as nobody' | 'signed-out';

type Spec = Parameters<LocalClerk['mint']>[0];

const minted =
  (spec: Spec = {}, uat = -300) =>
  (cast: Cast) =>
    `__session=${mint(cast, spec)}; __client_uat=${String(cast.seconds + uat)}`;

/** Under the names that only this instance uses. */
const suffixed = (spec: Spec) => (cast: Cast) =>
  minted(spec)(cast).replaceAll('=', `_${cast.suffix}=`);

const mint = ({ clerk, ada, origin }: Cast, spec: Spec = {}) =>
  clerk.mint({ session: ada, ...spec, claims: { azp: origin, ...spec.claims } });

const OTHER_INSTANCE = 'https://clerk.elsewhere.test';

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
  {
    name: 'a name without a value in the query',
    path: '/invoices?q',
    cookie: minted(EXPIRED),
    difference: { ours: ['redirect_url'], listedAs: 'a name without a value gets an equals sign' },
  },
  { name: 'an organization by its id', path: '/orgs/org_other', cookie: minted() },
  { name: 'an organization by its id, expired', path: '/orgs/org_other', cookie: minted(EXPIRED) },
  {
    name: 'an organization that somebody came back without',
    path: '/orgs/org_other',
    cookie: (cast) => `${minted()(cast)}; __clerk_redirect_count=1`,
    difference: {
      ours: 403,
      listedAs: 'An organization that the user is not in is asked for three times.',
    },
  },
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
      ours: 'sign-in page',
      listedAs: 'Everybody unknown is handshaken first, in development.',
    },
  },
  {
    name: 'a token without __client_uat',
    cookie: (cast) => `__session=${mint(cast)}`,
    difference: { ours: 200, listedAs: 'A session token without `__client_uat` is handshaken.' },
  },
  { name: 'a token of another instance', cookie: minted({ claims: { iss: OTHER_INSTANCE } }) },
  {
    name: 'a token of another instance under the name of this one',
    cookie: suffixed({ claims: { iss: OTHER_INSTANCE } }),
    difference: {
      ours: 'sign-in page',
      theirs: 'signed-in',
      listedAs: 'A token of another instance, in a suffixed cookie, is judged by its key alone.',
    },
  },
  {
    name: 'an expired one of another instance under the name of this one',
    cookie: suffixed({ ...EXPIRED, claims: { iss: OTHER_INSTANCE } }),
    difference: {
      ours: 'sign-in page',
      listedAs: 'A token of another instance, in a suffixed cookie, is judged by its key alone.',
    },
  },
  {
    name: 'a pending session',
    cookie: minted({ claims: { sts: 'pending' } }),
    difference: {
      ours: 'tasks',
      theirs: 'signed-in as nobody',
      listedAs: 'A pending session is signed in as nobody, and nobody is sent to finish it.',
    },
  },
  {
    name: 'a session that is over, and its token good',
    path: '/live',
    cookie: (cast) => {
      const over = cast.clerk.signIn('grace');
      cast.clerk.revoke(over);
      return minted({ session: over })(cast);
    },
    difference: {
      ours: 'handshake',
      theirs: 'signed-in',
      listedAs: 'A session that is over, while its token holds, counts.',
    },
  },
  {
    name: 'a nonce in the query of a page',
    only: 'production',
    path: async ({ newNonce }) => `/invoices?__clerk_handshake_nonce=${await newNonce()}`,
    difference: {
      ours: 'sign-in page',
      theirs: 'signed-in',
      listedAs: 'A nonce in the query is taken in production, on any request.',
    },
  },
  {
    name: 'a nonce in the query of a form',
    only: 'production',
    method: 'POST',
    path: async ({ newNonce }) => `/invoices?__clerk_handshake_nonce=${await newNonce()}`,
    difference: {
      ours: 401,
      theirs: 'signed-in',
      listedAs: 'A nonce in the query is taken in production, on any request.',
    },
  },
  {
    name: 'an expired Bearer',
    headers: (cast) => ({ authorization: `Bearer ${mint(cast, EXPIRED)}` }),
    difference: { ours: 401, listedAs: 'An expired Bearer token is handshaken.' },
  },
  {
    name: 'a link on another site',
    cookie: minted(),
    headers: () => ({ referer: 'https://elsewhere.test/' }),
    difference: { ours: 200, listedAs: "Any other site's `Referer` causes a handshake." },
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
    difference: { ours: 401, listedAs: 'A prefetch is handshaken.' },
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
      ours: 401,
      listedAs: 'XHR that says `Accept: text/html` over plain http is handshaken.',
    },
  },
];

it('every difference that is listed has a case, and every case is listed', () => {
  const { text } = readDocument('docs/pages.md');
  const [, section = ''] = text.split("## Where this differs from Clerk's packages");
  const [table = ''] = section.split(/^## /m);
  const rows = [...table.matchAll(/^\| (?!-|Theirs)(.+?) +\|/gm)].map(([, theirs = '']) => theirs);
  const listed = CASES.flatMap(({ difference }) => difference?.listedAs ?? []);
  expect(rows.length).toBeGreaterThan(9);
  expect(rows.filter((row) => !listed.some((words) => row.includes(words)))).toEqual([]);
  expect(listed.filter((words) => !rows.some((row) => row.includes(words)))).toEqual([]);
});

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
      newNonce,
    };
  });

  afterAll(async () => {
    await pages.app.close();
    await cast.clerk.stop();
  });

  /** As the Frontend API hands one out to a browser in which somebody is signed in. */
  async function newNonce(): Promise<string> {
    const browser = new PageBrowser();
    const offered = await browser.ask(pages.at('/invoices'));
    const { location: form = '' } = offered;
    await browser.ask(form, { form: { user: 'ada' } });
    const query = new URLSearchParams({ redirect_url: pages.at('/invoices'), format: 'nonce' });
    const url = `${cast.clerk.url}/v1/client/handshake?${query.toString()}`;
    const { setCookie } = await browser.ask(url);
    const line = setCookie.find((one) => one.startsWith('__clerk_handshake_nonce='));
    return line?.split(/[=;]/)[1] ?? '';
  }

  /** The parameters of the handshake; `undefined` where the browser is sent to none. */
  function handshakeIn(location: string | null | undefined): Record<string, string> | undefined {
    if (location === null || location === undefined) return undefined;
    const { pathname, searchParams, origin } = new URL(location, pages.origin);
    if (pathname !== '/v1/client/handshake') return undefined;
    expect(origin).toBe(cast.clerk.url);
    return Object.fromEntries(searchParams);
  }

  async function ours({ path, method, headers }: Request) {
    const without = Object.fromEntries(Object.keys(NAVIGATION).map((name) => [name, undefined]));
    const asking = { headers: { ...without, ...headers }, ...(method && { method }) };
    const { status, location } = await new PageBrowser().ask(pages.at(path), asking);
    return { word: wordOf(status, location), handshake: handshakeIn(location) };
  }

  function wordOf(status: number, location = ''): unknown {
    if (handshakeIn(location) !== undefined) return 'handshake';
    if (location.startsWith(`${cast.clerk.signInUrl}/tasks?`)) return 'tasks';
    return location.startsWith(`${cast.clerk.signInUrl}?`) ? 'sign-in page' : status;
  }

  async function theirs({ path, method, headers }: Request) {
    const { secretKey, publishableKey, url: apiUrl } = cast.clerk;
    const client = createClerkClient({
      secretKey,
      publishableKey,
      apiUrl,
      telemetry: { disabled: true },
    });
    const asked = new globalThis.Request(pages.at(path), { headers, ...(method && { method }) });
    const state = await client.authenticateRequest(asked, {
      proxyUrl: apiUrl,
      jwtKey: cast.clerk.jwtKey,
      organizationSyncOptions: { organizationPatterns: ['/orgs/:id', '/teams/:slug'] },
    });
    const { status } = state;
    if (status !== 'signed-in') {
      return { word: status, handshake: handshakeIn(state.headers.get('location')) };
    }
    // Its type promises somebody.
    const { userId } = state.toAuth() as { readonly userId: string | null };
    return { word: userId === null ? `${status} as nobody` : status };
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

  const cases = CASES.filter(({ only = instanceType }) => only === instanceType);

  it.each(cases)('$name', async (made) => {
    const { path = '/invoices', difference, method } = made;
    const at = typeof path === 'string' ? path : await path(cast);
    const request = { path: at, method, headers: headersOf(made) };
    const [here, there] = [await ours(request), await theirs(request)];
    if (difference === undefined) {
      expect(here.handshake).toEqual(there.handshake);
      return;
    }
    expect(there.word).toBe(difference.theirs ?? 'handshake');
    if (!Array.isArray(difference.ours)) {
      expect(here.word).toBe(difference.ours);
      return;
    }
    const names = new Set(Object.keys({ ...here.handshake, ...there.handshake }));
    const differing = [...names].filter(
      (name) => here.handshake?.[name] !== there.handshake?.[name],
    );
    expect(differing).toEqual(difference.ours);
  });
});
