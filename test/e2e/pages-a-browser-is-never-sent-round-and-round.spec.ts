import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { HandClock } from '../support/hand-clock.js';
import { PageBrowser, type Shown } from '../support/page-browser.js';
import { startPages, type PageApp } from '../support/page-app.js';
import { RecordedLog } from '../support/recorded-log.js';
import { ADAPTERS } from '../support/start-app.js';

/** No more answers than this, the last one included. */
const MOST_ANSWERS = 6;

const FORM = { user: 'ada' };

describe.each(ADAPTERS)('on %s', (adapter) => {
  describe.each(['development', 'production'] as const)('of a %s instance', (instanceType) => {
    const clock = new HandClock();
    const log = new RecordedLog();
    let clerk: LocalClerk;
    let pages: PageApp;

    beforeAll(async () => {
      clerk = await LocalClerk.start({ now: clock.now, instanceType });
      pages = await startPages(adapter, clerk, { now: clock.now });
      log.listen();
    });

    beforeEach(() => {
      clock.forward(10 * 60_000);
      log.forget();
    });

    afterAll(async () => {
      await pages.app.close();
      await clerk.stop();
    });

    const expired = () => {
      const ada = clerk.signIn('ada');
      const token = clerk.mint({ session: ada, expiresIn: -60, issuedAt: -120 });
      return `__session=${token}; __client_uat=1`;
    };

    it('without cookies: signing in ends in an answer, and not in a circle', async () => {
      const browser = new PageBrowser(clock.now, false);
      const offered = await browser.open(pages.at('/invoices'));
      expect(offered.hops.length).toBeLessThanOrEqual(MOST_ANSWERS);
      const back = await browser.open(offered.url, { form: FORM });
      expect(back.hops.length).toBeLessThanOrEqual(MOST_ANSWERS);
      // A production instance knows nobody by the URL: there the sign-in page is the answer.
      expect(back.status).toBe(instanceType === 'development' ? 401 : 200);
      if (instanceType === 'production') expect(back.url).toContain(clerk.signInUrl);
    });

    it('without cookies: a page that is for everybody is there for everybody', async () => {
      const browser = new PageBrowser(clock.now, false);
      const home = await browser.open(pages.at('/'));
      expect(home).toMatchObject({ status: 200, text: 'home of a guest' });
      expect(home.hops).toHaveLength(1);
    });

    it('cookies that something on the way takes off: an answer within six', async () => {
      const browser = new PageBrowser(clock.now, false);
      const cookie = expired();
      for (const path of ['/invoices', '/']) {
        const { hops, status } = await openWith(browser, pages.at(path), cookie);
        expect(hops).toBeLessThanOrEqual(MOST_ANSWERS);
        expect(status).toBe(path === '/' ? 200 : 401);
      }
    });

    /** A browser whose session cookie is put onto every request, and which keeps nothing that it is told but counts. */
    async function openWith(browser: PageBrowser, url: string, cookie: string) {
      let next: string | undefined = url;
      let hops = 0;
      let count = '';
      let status = 0;
      while (next !== undefined && hops < 20) {
        const shown = await browser.ask(next, { headers: { cookie: `${cookie}${count}` } });
        const set = shown.setCookie.find((line) => line.startsWith('__clerk_redirect_count='));
        if (set !== undefined && instanceType === 'production')
          count = `; ${set.split(';')[0] ?? ''}`;
        hops += 1;
        status = shown.status;
        next = shown.location;
      }
      return { hops: instanceType === 'production' ? Math.ceil(hops / 2) : hops, status };
    }

    it('signing in that brings nothing is given up after three times', async () => {
      const browser = new PageBrowser(clock.now);
      const statuses: (number | string)[] = [];
      for (let at = 0; at < 5; at += 1) {
        const { status, location } = await browser.ask(pages.at('/invoices'));
        statuses.push(location === undefined ? status : 'sign-in');
      }
      expect(statuses).toEqual(['sign-in', 'sign-in', 'sign-in', 401, 401]);
      expect(log.said('warn')).toHaveLength(1);
      clock.forward(11_000);
      expect((await browser.ask(pages.at('/invoices'))).status).toBe(307);
    });

    it('many tabs at once are no loop', async () => {
      const browser = new PageBrowser(clock.now);
      const offered = await browser.open(pages.at('/invoices'));
      await browser.open(offered.url, { form: FORM });
      clock.forward(5 * 60_000);
      const tabs: Shown[] = [];
      const first = await Promise.all(
        Array.from({ length: 8 }, (_, at) => browser.ask(pages.at(`/invoices?tab=${String(at)}`))),
      );
      for (const { location, url } of first) tabs.push(await browser.open(location ?? url));
      expect(tabs.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    });
  });

  describe('the sign-in page', () => {
    const clock = new HandClock();
    let clerk: LocalClerk;
    const started: PageApp[] = [];

    beforeAll(async () => {
      clerk = await LocalClerk.start({ now: clock.now });
    });

    afterEach(async () => {
      for (const { app } of started.splice(0)) await app.close();
    });

    afterAll(async () => {
      await clerk.stop();
    });

    const start = async (signInUrl: string): Promise<PageApp> => {
      const pages = await startPages(adapter, clerk, { now: clock.now, pages: { signInUrl } });
      started.push(pages);
      return pages;
    };

    it.each(['/guarded-sign-in', '/guarded-sign-in/', '/Guarded-Sign-In?x=1'])(
      '%s never leads to itself, and the log says what to do',
      async (signInUrl) => {
        const pages = await start(signInUrl);
        const log = new RecordedLog().listen();
        const sent = await new PageBrowser().ask(pages.at('/invoices'));
        expect(sent.status).toBe(307);
        expect(sent.location).toMatch(/^\/guarded-sign-in.*redirect_url=/i);
        const itself = await new PageBrowser().ask(pages.at('/guarded-sign-in'));
        expect(itself.status).toBe(401);
        expect(itself.headers['content-type']).toBe('text/plain; charset=utf-8');
        expect(itself.text).toBe('Sign in first: this needs a session.\n');
        expect(log.said('warn')).toEqual([expect.stringContaining('@Public()')]);
      },
    );

    it('may be the home page, and then the other pages are not below it', async () => {
      const pages = await start('/');
      const shown = await new PageBrowser().open(pages.at('/invoices'));
      expect(shown.hops.map(({ status }) => status)).toEqual([307, 200]);
      expect(shown.text).toBe('home of a guest');
    });

    it('of the application gets the way back twice: before the hash and behind it', async () => {
      const pages = await start('/sign-in');
      const { location } = await new PageBrowser().ask(pages.at('/invoices?q=a%20b&x=%26'));
      const way = encodeURIComponent(pages.at('/invoices?q=a%20b&x=%26'));
      expect(location).toBe(`/sign-in?redirect_url=${way}#/?redirect_url=${way}`);
    });
  });
});
