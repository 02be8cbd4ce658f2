import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { HandClock } from '../support/hand-clock.js';
import { PageBrowser } from '../support/page-browser.js';
import { startPages, type PageApp } from '../support/page-app.js';
import { ADAPTERS } from '../support/start-app.js';

const MINUTE = 60_000;

describe.each(ADAPTERS)('on %s', (adapter) => {
  describe.each(['development', 'production'] as const)('of a %s instance', (instanceType) => {
    const clock = new HandClock();
    let clerk: LocalClerk;
    let pages: PageApp;
    let browser: PageBrowser;

    beforeAll(async () => {
      clerk = await LocalClerk.start({ now: clock.now, instanceType });
      pages = await startPages(adapter, clerk, { now: clock.now });
    });

    beforeEach(() => {
      browser = new PageBrowser(clock.now);
    });

    afterAll(async () => {
      await pages.app.close();
      await clerk.stop();
    });

    async function signIn(path: string) {
      const offered = await browser.open(pages.at(path));
      return browser.open(offered.url, { form: { user: 'ada' } });
    }

    it('somebody signs in and comes back to the page, whose address is clean', async () => {
      const offered = await browser.open(pages.at('/invoices?q=a%20b'));
      expect(offered.url).toContain(clerk.signInUrl);
      const back = await browser.open(offered.url, { form: { user: 'ada' } });
      expect(back).toMatchObject({ status: 200, url: pages.at('/invoices?q=a%20b') });
      expect(back.text).toMatch(/^invoices of user_/);
    });

    it('five minutes later the page is there, and nobody signs in again', async () => {
      const { text } = await signIn('/invoices');
      clock.forward(5 * MINUTE);
      const later = await browser.open(pages.at('/invoices?page=2'));
      // In production a refresh token spares the browser the way.
      expect(later.hops.length).toBe(instanceType === 'development' ? 4 : 1);
      expect(browser.cookie(later.url, '__clerk_redirect_count')).toBeUndefined();
      expect(later).toMatchObject({ status: 200, text, url: pages.at('/invoices?page=2') });
    });

    it('without a refresh token as well, by way of Clerk', async () => {
      const { text } = await signIn('/invoices?q=a%20b&__clerk_help=1&x=+');
      forgetRefreshToken();
      clock.forward(5 * MINUTE);
      for (const [path, said] of [
        ['/invoices?q=a%20b&x=+', text],
        ['/', text.replace('invoices', 'home')],
      ] as const) {
        const later = await browser.open(pages.at(path));
        expect(later.hops.length).toBe(instanceType === 'development' ? 4 : 3);
        expect(later).toMatchObject({ status: 200, text: said, url: pages.at(path) });
        clock.forward(5 * MINUTE);
        forgetRefreshToken();
      }
    });

    it('a page that demands nothing is not sent anywhere for somebody unknown', async () => {
      const { hops, text } = await browser.open(pages.at('/'));
      expect({ hops: hops.length, text }).toEqual({ hops: 1, text: 'home of a guest' });
    });

    it('whoever signed out elsewhere is a guest, and is asked to sign in', async () => {
      await signIn('/invoices');
      const out = await browser.open(`${clerk.url}/sign-out?redirect_url=${pages.at('/')}`);
      await browser.open(out.url, { method: 'POST', form: {} });
      clock.forward(5 * MINUTE);
      expect((await browser.open(pages.at('/'))).text).toBe('home of a guest');
      expect((await browser.open(pages.at('/invoices'))).url).toContain(clerk.signInUrl);
    });

    it('a session with something left to do goes on to that, and comes back', async () => {
      const { text } = await signIn('/invoices');
      const { sid } = decodeJwt(browser.cookie(pages.at('/'), '__session') ?? '');
      clerk.setStatus(String(sid), 'pending');
      clock.forward(5 * MINUTE);
      forgetRefreshToken();
      const tasks = await browser.open(pages.at('/invoices'));
      expect(tasks.url).toContain(`${clerk.signInUrl}/tasks`);
      const back = await browser.open(tasks.url, { form: { done: '1' } });
      expect(back).toMatchObject({ status: 200, text, url: pages.at('/invoices') });
    });

    it('an outage sends nobody anywhere and signs nobody out', async () => {
      const { text } = await signIn('/invoices');
      clock.forward(5 * MINUTE);
      forgetRefreshToken();
      const gone = await browser.ask(pages.at('/invoices'));
      const back = await browser.ask(gone.location ?? '');
      clerk.outage(true);
      const during = await browser.ask(back.location ?? '');
      expect({ status: during.status, location: during.location }).toEqual({ status: 503 });
      expect(during.text).toBe('Sessions cannot be checked at the moment: try again later.\n');
      clerk.outage(false);
      clock.forward(30_000);
      expect(await browser.open(pages.at('/invoices'))).toMatchObject({ status: 200, text });
    });

    it('what a handler refuses is treated as what the guard refuses', async () => {
      const offered = await browser.open(pages.at('/invoices/own'));
      expect(offered.url).toContain(clerk.signInUrl);
      const back = await browser.open(offered.url, { form: { user: 'ada' } });
      expect(back).toMatchObject({ status: 200, url: pages.at('/invoices/own') });
      const fetched = await new PageBrowser().ask(pages.at('/invoices/own'), {
        headers: { 'sec-fetch-dest': 'empty' },
      });
      expect({ status: fetched.status, to: fetched.location }).toEqual({ status: 401 });
    });

    it('the page of an organization makes it the active one, for its members alone', async () => {
      const { text } = await signIn('/invoices');
      const user = text.replace('invoices of ', '');
      const [acme, other] = [clerk.organization('acme'), clerk.organization('other')];
      clerk.joinOrganization(user, 'acme');
      const team = await browser.open(pages.at('/teams/acme'));
      expect(team).toMatchObject({ status: 200, text: 'team acme' });
      expect((await browser.open(pages.at(`/orgs/${acme.id}`))).hops).toHaveLength(1);
      const refused = await browser.open(pages.at(`/orgs/${other.id}`));
      expect(refused).toMatchObject({ status: 403, url: pages.at(`/orgs/${other.id}`) });
      expect(refused.hops.length).toBeLessThanOrEqual(4);
    });

    function forgetRefreshToken(): void {
      browser.forget('__refresh_');
    }
  });
});
