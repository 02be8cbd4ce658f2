import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { askRawHttp2 } from '../support/ask-raw-http2.js';
import { BackendEar } from '../support/backend-ear.js';
import { overHttp2 } from '../support/exchange.js';
import { HandClock } from '../support/hand-clock.js';
import { NAVIGATION, PageBrowser, type Visiting } from '../support/page-browser.js';
import { startPages, type PageApp } from '../support/page-app.js';
import { selfSigned, type SelfSigned } from '../support/self-signed.js';

const MINUTE = 60_000;

/** Express knows no HTTP/2. */
const SERVERS = (['http', 'https'] as const).flatMap((scheme) =>
  (['development', 'production'] as const).map((instanceType) => ({ scheme, instanceType })),
);

describe.each(SERVERS)('$scheme, in $instanceType', ({ scheme, instanceType }) => {
  const clock = new HandClock();
  let clerk: LocalClerk;
  let ear: BackendEar;
  let pages: PageApp;
  let origin: string;
  let browser: PageBrowser;
  let tls: SelfSigned | undefined;
  let ada: SignedIn;

  beforeAll(async () => {
    tls = scheme === 'https' ? selfSigned() : undefined;
    clerk = await LocalClerk.start({ now: clock.now, instanceType });
    ear = await BackendEar.before(clerk.url);
    pages = await startPages('fastify', clerk, {
      now: clock.now,
      clerk: { apiUrl: ear.url },
      fastify: () => new FastifyAdapter({ http2: true, ...(tls && { https: tls }) }),
    });
    origin = pages.origin.replace('http:', `${scheme}:`);
    ada = clerk.signIn('ada');
  });

  beforeEach(() => {
    clock.forward(60 * MINUTE);
    browser = new PageBrowser(clock.now, true, overHttp2(origin, tls?.cert));
  });

  afterAll(async () => {
    await pages.app.close();
    await ear.stop();
    await clerk.stop();
  });

  const at = (path: string) => `${origin}${path}`;

  async function signIn(path = '/invoices?q=a%20b'): Promise<void> {
    const offered = await browser.open(at(path));
    const back = await browser.open(offered.url, { form: { user: 'ada' } });
    expect(back).toMatchObject({ status: 200, url: at(path), text: `invoices of ${ada.userId}` });
  }

  it('a guest goes to the sign-in page, and comes back to the very page', async () => {
    const { status, location = '', headers } = await browser.ask(at('/invoices?q=a%20b'));
    expect({ status, cache: headers['cache-control'] }).toEqual({ status: 307, cache: 'no-store' });
    expect(location.startsWith(`${clerk.signInUrl}?`)).toBe(true);
    expect(new URL(location).searchParams.get('redirect_url')).toBe(at('/invoices?q=a%20b'));
    await signIn();
  });

  it('a valid page is shown, and kept by nobody', async () => {
    await signIn();
    const { status, text, headers } = await browser.ask(at('/invoices'));
    expect({ status, text }).toEqual({ status: 200, text: `invoices of ${ada.userId}` });
    expect(headers['cache-control']).toBe('private, no-store');
  });

  it('an expired one is redirected, and shown in the end', async () => {
    await signIn();
    clock.forward(5 * MINUTE);
    browser.forget('__refresh_');
    const { status, location = '', setCookie } = await browser.ask(at('/invoices?q=a%20b'));
    expect(status).toBe(307);
    expect(location.startsWith(`${clerk.url}/v1/client/handshake?`)).toBe(true);
    expect(new URL(location).searchParams.get('redirect_url')).toBe(at('/invoices?q=a%20b'));
    expect(setCookie.join()).toMatch(/^__clerk_redirect_count=1; /);
    expect(setCookie.join().includes('; Secure')).toBe(scheme === 'https');
    const shown = await browser.open(location);
    expect(shown).toMatchObject({ status: 200, url: at('/invoices?q=a%20b') });
    expect(shown.text).toBe(`invoices of ${ada.userId}`);
  });

  if (instanceType === 'production') {
    it('or refreshed unnoticed, and Clerk is told header fields alone', async () => {
      await signIn();
      clock.forward(5 * MINUTE);
      ear.heard.length = 0;
      const { status, text } = await browser.ask(at('/invoices?secret=1'));
      expect({ status, text }).toEqual({ status: 200, text: `invoices of ${ada.userId}` });
      expect(ear.heard).toHaveLength(1);
      const { request_origin: told, request_headers: fields } = ear.heard[0]?.body ?? {};
      expect(told).toBe(origin);
      expect(fields).toEqual(
        Object.fromEntries(Object.entries(NAVIGATION).map(([name, value]) => [name, [value]])),
      );
    });
  }

  it.each<[string, Visiting]>([
    ['fetch', { headers: { 'sec-fetch-dest': 'empty' } }],
    ['a form', { form: { a: '1' } }],
    ['a prefetch', { headers: { 'sec-purpose': 'prefetch' } }],
    ['HEAD', { method: 'HEAD' }],
    ['a Bearer token', { headers: { authorization: 'Bearer x.y.z' } }],
  ])('%s is sent nowhere', async (_, visiting) => {
    const guest = await browser.ask(at('/invoices'), visiting);
    expect({ status: guest.status, to: guest.location }).toEqual({ status: 401 });
    await signIn();
    clock.forward(5 * MINUTE);
    browser.forget('__refresh_');
    const expired = await browser.ask(at('/invoices'), visiting);
    expect({ status: expired.status, to: expired.location }).toEqual({ status: 401 });
  });

  it('a machine is refused, and no cookie beside it counts', async () => {
    await signIn();
    for (const { header } of [clerk.createApiKey(), clerk.createM2mToken({ format: 'jwt' })]) {
      const headers = { authorization: header };
      const { status, location } = await browser.ask(at('/invoices'), { headers });
      expect({ status, to: location }).toEqual({ status: 401 });
    }
  });

  if (scheme === 'http') {
    it('two Authorization fields are one too many, whatever else there is', async () => {
      const header = `Bearer ${clerk.freshToken(ada)}`;
      const pseudo = { ':method': 'GET', ':scheme': 'http', ':authority': new URL(origin).host };
      const fields = Object.entries({ ...pseudo, ':path': '/invoices', ...NAVIGATION });
      const ask = async (...values: readonly string[]) =>
        askRawHttp2(origin, [...fields, ...values.map((one) => ['authorization', one] as const)]);
      expect(await ask(header)).toBe(`invoices of ${ada.userId}`);
      for (const pair of [
        [header, header],
        [header, 'Bearer x.y.z'],
        ['Bearer x.y.z', header],
      ]) {
        expect(await ask(...pair)).toBe(
          'Send one Authorization header of the form "Bearer <token>".\n',
        );
      }
    });
  }

  it("a form of another site is refused, and the site's own is not", async () => {
    await signIn();
    const send = async (headers: Visiting['headers']) =>
      (await browser.ask(at('/invoices'), { form: { a: '1' }, ...(headers && { headers }) }))
        .status;
    const foreign = 'https://elsewhere.test';
    expect(await send({ origin: foreign, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await send({ origin: foreign, 'sec-fetch-site': undefined })).toBe(403);
    // Of old browsers, which say nothing else: then it is held against `:authority`.
    expect(await send({ origin, 'sec-fetch-site': undefined })).toBe(201);
    expect(await send({ origin, 'sec-fetch-site': 'same-origin' })).toBe(201);
  });
});
