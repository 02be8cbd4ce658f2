import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { BackendEar } from '../support/backend-ear.js';
import { HandClock } from '../support/hand-clock.js';
import { NAVIGATION, PageBrowser } from '../support/page-browser.js';
import { startPages, type PageApp } from '../support/page-app.js';
import { ADAPTERS } from '../support/start-app.js';

const REFRESH = /^\/v1\/sessions\/[^/]+\/refresh$/;
const FETCH = { 'sec-fetch-dest': 'empty', accept: '*/*' };

/** Production instances alone give out refresh tokens. */
describe.each(ADAPTERS)('on %s', (adapter) => {
  const clock = new HandClock();
  let clerk: LocalClerk;
  let ear: BackendEar;
  let pages: PageApp;
  let browser: PageBrowser;
  let user: string;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: clock.now, instanceType: 'production' });
    ear = await BackendEar.before(clerk.url);
    const options = { errorBody: 'nest', apiUrl: ear.url } as const;
    pages = await startPages(adapter, clerk, { now: clock.now, clerk: options });
  });

  beforeEach(async () => {
    clock.forward(60 * 60_000);
    browser = new PageBrowser(clock.now);
    const offered = await browser.open(pages.at('/invoices'));
    const { text } = await browser.open(offered.url, { form: { user: 'ada' } });
    user = text.replace('invoices of ', '');
    clock.forward(5 * 60_000);
    clerk.forgetCalls();
    ear.heard.length = 0;
  });

  afterEach(() => {
    clerk.outage(false);
  });

  afterAll(async () => {
    await pages.app.close();
    await ear.stop();
    await clerk.stop();
  });

  const asked = () => clerk.callsTo(REFRESH).length;

  it('a page is there at once, and its cookies are new', async () => {
    const { status, text, setCookie } = await browser.ask(pages.at('/invoices'));
    expect({ status, text }).toEqual({ status: 200, text: `invoices of ${user}` });
    expect(setCookie.map((line) => line.split('=')[0])).toEqual(
      expect.arrayContaining(['__session', expect.stringMatching(/^__refresh_/)]),
    );
    expect(asked()).toBe(1);
    await browser.ask(pages.at('/invoices'));
    expect(asked()).toBe(1);
  });

  it('a handshake for an organization begins with the new token, and not with the expired one', async () => {
    const { organizationId } = clerk.joinOrganization('ada', 'acme');
    const before = browser.cookie(pages.at('/'), '__session');
    const { location = '' } = await browser.ask(pages.at(`/orgs/${organizationId}`));
    const { searchParams } = new URL(location);
    expect(searchParams.get('__clerk_hs_reason')).toBe('active-organization-mismatch');
    const after = browser.cookie(pages.at('/'), '__session');
    expect(searchParams.get('__session')).toBe(after);
    expect(after).not.toBe(before);
  });

  it.each(['/invoices', '/'])(
    'a fetch of %s as well, which is never sent anywhere',
    async (path) => {
      const { status, text } = await browser.ask(pages.at(path), { headers: FETCH });
      expect({ status, isUsers: text.endsWith(user) }).toEqual({ status: 200, isUsers: true });
      expect(asked()).toBe(1);
    },
  );

  it('but no form: what acts is not asked for twice', async () => {
    const { status, location } = await browser.ask(pages.at('/invoices'), { form: { a: '1' } });
    expect({ status, location }).toEqual({ status: 401 });
    expect(asked()).toBe(0);
  });

  it('nor with a Bearer, good or bad, beside the cookies', async () => {
    const headers = { authorization: 'Bearer x.y.z' };
    expect((await browser.ask(pages.at('/invoices'), { headers })).status).toBe(401);
    expect(asked()).toBe(0);
  });

  it('many requests at once ask once', async () => {
    const all = await Promise.all(
      Array.from({ length: 6 }, () => browser.ask(pages.at('/invoices'), { headers: FETCH })),
    );
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(asked()).toBe(1);
  });

  it('only after the signature held', async () => {
    const ada: SignedIn = clerk.signIn('ada');
    const token = clerk.mint({ session: ada, key: 'foreign', expiresIn: -60, issuedAt: -120 });
    const refresh = browser
      .cookiesFor(pages.at('/'))
      ?.split('; ')
      .find((one) => one.startsWith('__refresh'));
    const cookie = `__session=${token}; __client_uat=1; ${refresh ?? ''}`;
    expect(refresh).toBeDefined();
    expect((await browser.ask(pages.at('/invoices'), { headers: { cookie } })).status).toBe(307);
    expect(asked()).toBe(0);
  });

  it.each(['junk', 'rft_unknown'])(
    'a refresh token such as %s leads to a handshake that says so',
    async (token) => {
      const cookies = browser.cookiesFor(pages.at('/'))?.split('; ') ?? [];
      const cookie = cookies
        .map((one) => (one.startsWith('__refresh') ? `${one.split('=')[0] ?? ''}=${token}` : one))
        .join('; ');
      const { status, location = '' } = await browser.ask(pages.at('/invoices'), {
        headers: { cookie },
      });
      expect(status).toBe(307);
      expect(new URL(location).searchParams.get('__clerk_hs_reason')).toBe(
        'session-token-expired-refresh-refresh_token_invalid',
      );
      const fetched = await browser.ask(pages.at('/invoices'), { headers: { ...FETCH, cookie } });
      expect({ status: fetched.status, text: fetched.text }).toMatchObject({ status: 401 });
      expect(fetched.text).toContain('token_expired');
    },
  );

  it('no refresh token: the handshake says so in words of Clerk', async () => {
    browser.forget('__refresh');
    const { location = '' } = await browser.ask(pages.at('/invoices'));
    expect(new URL(location).searchParams.get('__clerk_hs_reason')).toBe(
      'session-token-expired-refresh-non-eligible-no-refresh-cookie',
    );
  });

  it('while Clerk cannot be asked nobody is sent anywhere', async () => {
    clerk.outage(true);
    for (const headers of [{}, FETCH]) {
      const { status, location } = await browser.ask(pages.at('/invoices'), { headers });
      expect({ status, location }).toEqual({ status: 503 });
    }
    expect((await browser.ask(pages.at('/'))).text).toBe('home of a guest');
    clerk.outage(false);
    clock.forward(30_000);
    expect((await browser.ask(pages.at('/invoices'))).status).toBe(200);
  });

  it.each([
    ['of a foreign key', { key: 'foreign' }],
    ['that has expired', { expiresIn: -60, issuedAt: -120 }],
    ['of another issuer', { claims: { iss: 'https://clerk.elsewhere.test' } }],
  ] as const)(
    'a token %s does not come in this way, and its cookies are not set',
    async (_, spec) => {
      const { sid } = decodeJwt(browser.cookie(pages.at('/'), '__session') ?? '');
      const path = `/v1/sessions/${String(sid)}/refresh`;
      const cookies = [`__session=${clerk.mint({ session: String(sid), ...spec })}; Path=/`];
      clerk.answer('POST', path, { status: 200, body: { object: 'cookies', cookies } });
      const { status, location = '', setCookie } = await browser.ask(pages.at('/invoices'));
      clerk.answer('POST', path, undefined);
      expect(status).toBe(307);
      expect(new URL(location).searchParams.get('__clerk_hs_reason')).toBe(
        'session-token-expired-refresh-invalid-session-token',
      );
      expect(setCookie).toEqual([expect.stringMatching(/^__clerk_redirect_count=1;/)]);
    },
  );

  it('Clerk is told what the browser said, except who it is', async () => {
    const headers = {
      authorization: 'Basic YTpi',
      'proxy-authorization': 'Basic YTpi',
      'user-agent': 'Test/1',
    };
    expect((await browser.ask(pages.at('/invoices'), { headers })).status).toBe(200);
    const [{ path, body } = { path: '', body: {} }, ...others] = ear.heard;
    expect(others).toEqual([]);
    expect(path).toMatch(/\/refresh\?suffixed_cookies=(?:true|false)$/);
    expect(body).toMatchObject({ format: 'cookie', request_origin: pages.origin });
    const { host } = new URL(pages.origin);
    expect(body.request_headers).toEqual({
      ...Object.fromEntries(Object.entries(NAVIGATION).map(([name, value]) => [name, [value]])),
      'user-agent': ['Test/1'],
      host: [host],
      connection: [expect.any(String)],
    });
  });
});
