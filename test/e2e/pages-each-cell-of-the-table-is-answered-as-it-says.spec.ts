import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { HandClock } from '../support/hand-clock.js';
import { NAVIGATION, PageBrowser, type Hop } from '../support/page-browser.js';
import { startPages, type PageApp } from '../support/page-app.js';
import { RecordedLog } from '../support/recorded-log.js';
import { ADAPTERS } from '../support/start-app.js';

/** Long ago and in a while, in seconds. */
const PAST = -300;
const FUTURE = 300;

interface Cast {
  readonly clerk: LocalClerk;
  readonly ada: SignedIn;
  readonly bob: SignedIn;
  readonly seconds: number;
}

type Made = (cast: Cast) => string | undefined;

interface Row {
  readonly known: string;
  readonly cookie: Made;
  /** Of the required page; the optional one is at `/`. */
  readonly path?: string | ((cast: Cast) => string);
  readonly query?: (cast: Cast) => string;
  readonly required: string;
  readonly optional?: string;
  /** Of everything else on the required route; on the optional one it is a guest unless told otherwise. */
  readonly fetched: string;
  readonly fetchedOptional?: string;
  readonly during?: (cast: Cast) => () => void;
}

const GUEST = '200 home of a guest';

/** A token of ada's session, beside the time at which the browser last changed. */
function minted(spec: Parameters<LocalClerk['mint']>[0], uat = PAST): Made {
  return ({ clerk, ada, seconds }) => {
    const token = clerk.mint({ session: ada, ...spec });
    return `__session=${token}; __client_uat=${String(seconds + uat)}`;
  };
}

const ROWS: readonly Row[] = [
  {
    known: 'nothing',
    cookie: () => undefined,
    required: 'sign-in',
    optional: GUEST,
    fetched: '401 session_required',
  },
  {
    known: 'signed out and no session',
    cookie: () => '__client_uat=0',
    required: 'sign-in',
    optional: GUEST,
    fetched: '401 session_required',
  },
  {
    known: 'signed in and no session',
    cookie: ({ seconds }) => `__client_uat=${String(seconds)}`,
    required: 'client-uat-but-no-session-token',
    fetched: '401 session_required',
  },
  {
    known: 'an expired token',
    cookie: minted({ expiresIn: -60, issuedAt: PAST }),
    required: 'session-token-expired',
    fetched: '401 token_expired',
  },
  {
    known: 'a token that is not valid yet',
    cookie: minted({ notBefore: FUTURE }),
    required: 'session-token-nbf',
    fetched: '401 token_not_yet_valid',
  },
  {
    known: 'a token of the future',
    cookie: minted({ issuedAt: FUTURE, expiresIn: 2 * FUTURE }),
    required: 'session-token-iat-in-the-future',
    fetched: '401 token_issued_in_future',
  },
  {
    known: 'a token, and signed out since',
    cookie: ({ clerk, ada }) => `__session=${clerk.mint({ session: ada })}; __client_uat=0`,
    required: 'session-token-but-no-client-uat',
    fetched: '401 client_signed_out',
  },
  {
    known: 'a token, and another sign-in since',
    cookie: minted({}, 30),
    required: 'session-token-iat-before-client-uat',
    fetched: '401 client_signed_out',
  },
  {
    known:
      'a token of nobody, and another sign-in since: forging it begins a handshake and nothing else',
    cookie: minted({ key: 'foreign' }, 30),
    required: 'session-token-iat-before-client-uat',
    fetched: '401 token_signature_invalid',
  },
  {
    known: 'a token whose session has ended at Clerk, on a route that asks',
    cookie: ({ clerk, bob }) => `__session=${clerk.mint({ session: bob })}; __client_uat=1`,
    path: '/live',
    required: 'session-token-iat-before-client-uat',
    optional: '200 home of user',
    fetched: '401 session_not_active',
    fetchedOptional: '200 home of user',
  },
  {
    known: 'a bad signature',
    cookie: minted({ key: 'foreign' }),
    required: 'sign-in',
    optional: GUEST,
    fetched: '401 token_signature_invalid',
  },
  {
    known: 'an unknown key',
    cookie: minted({ header: { kid: 'ins_other' }, key: 'foreign' }),
    required: 'sign-in',
    optional: GUEST,
    fetched: '401 token_signature_invalid',
  },
  {
    known: 'another issuer, whose plain cookies count for nothing here',
    cookie: minted({ claims: { iss: 'https://clerk.elsewhere.test' } }),
    required: 'sign-in',
    optional: GUEST,
    fetched: '401 session_required',
  },
  {
    known: 'another authorized party',
    cookie: minted({ claims: { azp: 'https://elsewhere.test' } }),
    required: 'sign-in',
    optional: GUEST,
    fetched: '401 token_authorized_party_mismatch',
  },
  {
    known: 'a token of another type',
    cookie: minted({ header: { cat: 'cl_B7d4PD222AAA' } }),
    required: 'sign-in',
    optional: GUEST,
    fetched: '401 token_type_unsupported',
  },
  {
    known: 'an opaque token that Clerk does not know',
    cookie: () => '__session=opaque; __client_uat=1',
    required: 'sign-in',
    optional: GUEST,
    fetched: '401 client_token_invalid',
  },
  {
    known: 'a pending session',
    cookie: minted({ claims: { sts: 'pending' } }),
    required: 'tasks',
    optional: GUEST,
    fetched: '401 session_pending',
  },
  {
    known: 'an asked session id that is malformed',
    cookie: minted({}),
    query: () => '_clerk_session_id=sess_1/revoke',
    required: '401 session_id_malformed',
    optional: GUEST,
    fetched: '401 session_id_malformed',
  },
  {
    known: 'another session than was asked for',
    cookie: minted({}),
    query: ({ bob }) => `_clerk_session_id=${bob.sessionId}`,
    required: '401 session_mismatch',
    optional: GUEST,
    fetched: '401 session_mismatch',
  },
  {
    known: 'a session that is valid',
    cookie: minted({}),
    required: '200 invoices of user',
    optional: '200 home of user',
    fetched: '200 invoices of user',
    fetchedOptional: '200 home of user',
  },
  {
    known: 'a session with another organization than the page',
    cookie: minted({}),
    path: '/orgs/org_other',
    required: 'active-organization-mismatch org_other',
    optional: '200 home of user',
    fetched: '403 no_active_organization',
    fetchedOptional: '200 home of user',
  },
  {
    known: 'a session with another organization than the page, by its slug',
    cookie: minted({}),
    path: '/teams/acme',
    required: 'active-organization-mismatch acme',
    optional: '200 home of user',
    fetched: '403 no_active_organization',
    fetchedOptional: '200 home of user',
  },
  {
    known: 'a session that may not',
    cookie: minted({}),
    path: '/admin',
    required: '403 no_active_organization',
    optional: '200 home of user',
    fetched: '403 no_active_organization',
    fetchedOptional: '200 home of user',
  },
  {
    known: 'nothing, because Clerk cannot be asked',
    cookie: () => '__session=opaque2; __client_uat=1',
    during: ({ clerk }) => {
      clerk.outage(true);
      return () => {
        clerk.outage(false);
      };
    },
    required: '503 authority_unavailable',
    optional: GUEST,
    fetched: '503 authority_unavailable',
  },
  {
    known: 'an expired token, and three handshakes in a row',
    cookie: (cast) =>
      `${minted({ expiresIn: -60, issuedAt: PAST })(cast) ?? ''}; __clerk_redirect_count=3`,
    required: '401 token_expired',
    optional: GUEST,
    fetched: '401 token_expired',
  },
  {
    known: 'an expired token, and more than three handshakes in a row',
    cookie: (cast) =>
      `${minted({ expiresIn: -60, issuedAt: PAST })(cast) ?? ''}; __clerk_redirect_count=17`,
    required: '401 token_expired',
    optional: GUEST,
    fetched: '401 token_expired',
  },
  {
    known: 'nothing, and three ways to the sign-in page in a row',
    cookie: () => '__clerk_sign_in_count=3',
    required: '401 session_required',
    optional: GUEST,
    fetched: '401 session_required',
  },
];

describe.each(ADAPTERS)('on %s', (adapter) => {
  describe.each(['development', 'production'] as const)('of a %s instance', (instanceType) => {
    const clock = new HandClock();
    let cast: Cast;
    let pages: PageApp;
    let foreign: PageApp;
    let log: RecordedLog;
    let undo = (): void => undefined;

    beforeAll(async () => {
      const clerk = await LocalClerk.start({ now: clock.now, instanceType });
      const options = { authorizedParties: ['https://app.example.com'] };
      const pagesOptions = { origin: 'https://app.example.com' };
      const errorBody = 'nest' as const;
      const parts = { now: clock.now, pages: pagesOptions };
      pages = await startPages(adapter, clerk, { ...parts, clerk: { ...options, errorBody } });
      foreign = await startPages(adapter, clerk, {
        now: clock.now,
        clerk: { ...options, errorBody },
      });
      log = new RecordedLog().listen();
      const ada = clerk.signIn('ada');
      const bob = clerk.signIn('bob');
      clerk.revoke(bob);
      cast = { clerk, ada, bob, seconds: Math.floor(clock.now() / 1000) };
    });

    afterEach(() => {
      undo();
      undo = () => undefined;
      log.forget();
    });

    afterAll(async () => {
      await pages.app.close();
      await foreign.app.close();
      await cast.clerk.stop();
    });

    const fetching = { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors', accept: '*/*' };

    async function ask(path: string, row: Row, headers: Record<string, string> = {}) {
      const query = row.query?.(cast);
      const url = pages.at(query === undefined ? path : `${path}?${query}`);
      const cookie = row.cookie(withAzp(cast));
      undo = row.during?.(cast) ?? undo;
      return new PageBrowser().ask(url, { headers: { ...headers, cookie } });
    }

    /** Tokens for pages of the application's own origin. */
    function withAzp(made: Cast): Cast {
      const mint: LocalClerk['mint'] = (spec) =>
        made.clerk.mint({ ...spec, claims: { azp: 'https://app.example.com', ...spec?.claims } });
      const clerk = new Proxy(made.clerk, {
        get: (target, name) =>
          name === 'mint' ? mint : (Reflect.get(target, name, target) as unknown),
      });
      return { ...made, clerk };
    }

    /** In a word or two: where to, or with which status and code. */
    function told({ status, location, text }: Hop & { text: string }): string {
      if (location === undefined) return `${String(status)} ${codeOr(text)}`;
      expect(status).toBe(307);
      expect(text).toBe('');
      const { searchParams, pathname } = new URL(location);
      const reason = searchParams.get('__clerk_hs_reason');
      if (reason === null) return pathname.endsWith('/tasks') ? 'tasks' : pathname.slice(1);
      expect(location).toMatch(`${cast.clerk.url}/v1/client/handshake?`);
      const organization = searchParams.get('organization_id');
      const word = reason.replace(/-refresh-.*/, '');
      return organization === null ? word : `${word} ${organization}`;
    }

    function codeOr(text: string): string {
      if (!text.startsWith('{')) return text.replace(/user_\w+/, 'user');
      return String((JSON.parse(text) as { code: unknown }).code);
    }

    const pathOf = ({ path = '/invoices' }: Row) => (typeof path === 'string' ? path : path(cast));

    it.each(ROWS)('$known: navigation, required', async (row) => {
      expect(told(await ask(pathOf(row), row))).toBe(row.required);
    });

    it.each(ROWS)('$known: navigation, optional', async (row) => {
      expect(told(await ask('/', row))).toBe(row.optional ?? row.required);
    });

    it.each(ROWS)('$known: everything else', async (row) => {
      expect(told(await ask(pathOf(row), row, fetching))).toBe(row.fetched);
      expect(told(await ask('/', row, fetching))).toBe(row.fetchedOptional ?? GUEST);
    });

    it('an origin that is not listed: 401 and one line of the log', async () => {
      const expired = minted({ expiresIn: -60, issuedAt: PAST })(withAzp(cast));
      const asked = { headers: { cookie: expired } };
      const browser = new PageBrowser();
      expect(told(await browser.ask(foreign.at('/'), asked))).toBe(GUEST);
      expect(log.said('warn')).toEqual([]);
      for (const each of [asked, {}]) {
        const refused = await browser.ask(foreign.at('/invoices'), each);
        expect(refused.status).toBe(401);
        expect(refused.location).toBeUndefined();
      }
      expect(log.said('warn')).toHaveLength(1);
      expect(log.said('warn')[0]).toContain('not among authorizedParties');
    });

    it('a loop is told to the log, once', async () => {
      clock.forward(120_000);
      const cookie = '__clerk_sign_in_count=3';
      for (const path of ['/invoices', '/live']) {
        const refused = await new PageBrowser().ask(pages.at(path), { headers: { cookie } });
        expect(told(refused)).toBe('401 session_required');
      }
      expect(log.said('warn')).toHaveLength(1);
    });

    it('a document of somebody signed in is kept by no cache, unless its handler says so', async () => {
      const cookie = minted({})(withAzp({ ...cast, seconds: Math.floor(clock.now() / 1000) }));
      const { headers } = await new PageBrowser().ask(pages.at('/invoices'), {
        headers: { ...NAVIGATION, cookie },
      });
      expect(headers['cache-control']).toBe('private, no-store');
      const guest = await new PageBrowser().ask(pages.at('/'));
      expect(guest.headers['cache-control']).toBeUndefined();
    });
  });
});
