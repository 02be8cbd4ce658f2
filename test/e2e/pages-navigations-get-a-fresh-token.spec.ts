import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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
      expect(later.hops).toHaveLength(instanceType === 'development' ? 4 : 3);
      expect(browser.cookie(later.url, '__clerk_redirect_count')).toBeUndefined();
      expect(later).toMatchObject({ status: 200, text, url: pages.at('/invoices?page=2') });
    });
  });
});
