import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { RequireSession } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { askRaw } from '../support/ask-raw.js';
import { HandClock } from '../support/hand-clock.js';
import { PageBrowser, type Visiting } from '../support/page-browser.js';
import { PagesController, startPages, type PageApp } from '../support/page-app.js';
import { ADAPTERS } from '../support/start-app.js';

interface Kind extends Visiting {
  readonly kind: string;
  /** What becomes of somebody whose token has expired, and of somebody unknown. */
  readonly expired: 'handshake' | 'refused';
  readonly unknown: 'sign-in' | 'refused';
}

/** As it is over plain http, from elsewhere than this machine: no browser writes `Sec-Fetch-Dest` there. */
const PLAIN = { 'sec-fetch-dest': undefined, 'sec-fetch-mode': undefined } as const;

const SENT = { expired: 'handshake', unknown: 'sign-in' } as const;
const REFUSED = { expired: 'refused', unknown: 'refused' } as const;

const KINDS: readonly Kind[] = [
  { kind: 'a link', ...SENT },
  { kind: 'a link over plain http', headers: PLAIN, ...SENT },
  { kind: 'Accept in capitals', headers: { ...PLAIN, accept: 'TEXT/HTML' }, ...SENT },
  { kind: 'a link with Basic', headers: { authorization: 'Basic YTpi' }, ...SENT },
  {
    kind: 'a frame',
    headers: { 'sec-fetch-dest': 'iframe' },
    expired: 'handshake',
    unknown: 'refused',
  },
  { kind: 'fetch', headers: { 'sec-fetch-dest': 'empty' }, ...REFUSED },
  {
    kind: 'fetch that says text/html',
    headers: { 'sec-fetch-dest': 'empty', accept: 'text/html' },
    ...REFUSED,
  },
  { kind: 'an image', headers: { 'sec-fetch-dest': 'image' }, ...REFUSED },
  { kind: 'an object in a page', headers: { 'sec-fetch-dest': 'object' }, ...REFUSED },
  { kind: 'curl', headers: { ...PLAIN, accept: '*/*' }, ...REFUSED },
  { kind: 'no Accept', headers: { ...PLAIN, accept: undefined }, ...REFUSED },
  {
    kind: 'JSON before HTML',
    headers: { ...PLAIN, accept: 'application/json, text/html' },
    ...REFUSED,
  },
  {
    kind: 'XMLHttpRequest',
    headers: { ...PLAIN, 'x-requested-with': 'XMLHttpRequest' },
    ...REFUSED,
  },
  { kind: 'Turbo in a frame', headers: { ...PLAIN, 'turbo-frame': 'list' }, ...REFUSED },
  { kind: 'Turbo', headers: { ...PLAIN, 'x-turbo-request-id': '1' }, ...REFUSED },
  { kind: 'Unpoly', headers: { ...PLAIN, 'x-up-version': '3' }, ...REFUSED },
  { kind: 'PJAX', headers: { ...PLAIN, 'x-pjax': 'true' }, ...REFUSED },
  { kind: 'prefetch', headers: { 'sec-purpose': 'prefetch' }, ...REFUSED },
  { kind: 'prerender', headers: { 'sec-purpose': 'prefetch;prerender' }, ...REFUSED },
  { kind: 'prefetch of old', headers: { purpose: 'prefetch' }, ...REFUSED },
  { kind: "Firefox's prefetch", headers: { 'x-moz': 'prefetch' }, ...REFUSED },
  { kind: 'an empty Bearer', headers: { authorization: 'Bearer' }, ...REFUSED },
  { kind: 'HEAD', method: 'HEAD', ...REFUSED },
  { kind: 'a form', form: { amount: '1' }, ...REFUSED },
];

/** Targets that a browser would take for another host, or that are none of a browser's. */
const FOREIGN_TARGETS = [
  'http://evil.example/invoices',
  '//evil.example/invoices',
  '/\\evil.example/invoices',
  '//evil.example/%2e%2e/invoices',
];

/** Whatever else there is, so that each of those targets meets the guard. */
@Controller()
class EverythingElseController {
  @Get('*')
  @RequireSession()
  everythingElse(): string {
    return 'everything else';
  }
}

describe.each(ADAPTERS)('on %s', (adapter) => {
  const clock = new HandClock();
  let clerk: LocalClerk;
  let pages: PageApp;
  let ada: SignedIn;
  let expired: string;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: clock.now });
    pages = await startPages(adapter, clerk, {
      now: clock.now,
      controllers: [PagesController, EverythingElseController],
    });
    ada = clerk.signIn('ada');
    expired = `__session=${clerk.mint({ session: ada, expiresIn: -60, issuedAt: -120 })}; __client_uat=1`;
  });

  afterAll(async () => {
    await pages.app.close();
    await clerk.stop();
  });

  async function outcomeOf(path: string, { headers, ...visiting }: Visiting) {
    const asked = { ...visiting, headers: { ...headers } };
    const { status, location } = await new PageBrowser().ask(pages.at(path), asked);
    if (status !== 307) return location === undefined && status === 401 ? 'refused' : status;
    return location?.startsWith(`${clerk.url}/v1/client/handshake?`) ? 'handshake' : 'sign-in';
  }

  it.each(KINDS)(
    '$kind, with an expired token: $expired',
    async ({ expired: outcome, ...visit }) => {
      const headers = { ...visit.headers, cookie: expired };
      expect(await outcomeOf('/invoices', { ...visit, headers })).toBe(outcome);
    },
  );

  it.each(KINDS)('$kind, with nothing: $unknown', async ({ unknown, ...visiting }) => {
    expect(await outcomeOf('/invoices', visiting)).toBe(unknown);
  });

  const reading = KINDS.filter(({ form }) => form === undefined);

  it.each(reading)('$kind of a public page: it is there', async (visiting) => {
    for (const cookie of [expired, undefined]) {
      const headers = { ...visiting.headers, cookie };
      expect(await outcomeOf('/public?__clerk_db_jwt=dvb_1', { ...visiting, headers })).toBe(200);
    }
  });

  it('an expired Bearer is refused, whatever cookies are beside it', async () => {
    const authorization = `Bearer ${clerk.mint({ session: ada, expiresIn: -60, issuedAt: -120 })}`;
    expect(await outcomeOf('/invoices', { headers: { authorization, cookie: expired } })).toBe(
      'refused',
    );
  });

  it.each(FOREIGN_TARGETS)('%s leads nowhere', async (target) => {
    const ways = [
      ['Sec-Fetch-Dest: document'],
      ['Sec-Fetch-Dest: empty', 'HX-Request: true', 'HX-Boosted: true'],
    ];
    for (const lines of ways) {
      const asking = ['Accept: text/html', `Cookie: ${expired}`, ...lines];
      const { status, headers } = await askRaw(pages.app, target, asking);
      expect(status).toBe(401);
      expect(Object.keys(headers)).not.toContain('location');
      expect(Object.keys(headers).join(' ')).not.toMatch(/hx-/);
    }
  });

  it('what looks like another host further on in the path stays on this one', async () => {
    const lines = ['Accept: text/html', 'Sec-Fetch-Dest: document', `Cookie: ${expired}`];
    const target = '/invoices?next=//evil.example&to=https://evil.example/';
    const { headers } = await askRaw(pages.app, target, lines);
    const { searchParams, origin } = new URL(String(headers.location));
    expect(origin).toBe(clerk.url);
    expect(searchParams.get('redirect_url')).toBe(`http://127.0.0.1${target}`);
  });
});
