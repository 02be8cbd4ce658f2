import { describe, expect, it } from '@jest/globals';
import { MINUTE } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import { INSTANCES } from './support/page-stage.js';
import { usePageStage } from './support/use-page-stage.js';

inBrowser('Clerk’s front end on a page that a handshake made', () => {
  describe.each(INSTANCES)('in %s', (instanceType) => {
    const stage = usePageStage({ instanceType });

    it('knows at once who is signed in, in the same session', async () => {
      const tab = await stage().openTabAs('ada', '/app');
      expect(await tab.knownToClerk()).toBe(stage().userId('ada'));
      const inPage = await tab.page.evaluate<unknown>('Clerk.session.id');
      expect(inPage).toBe(await stage().sessionId());
      expect(await tab.seen()).toEqual(['App', stage().userId('ada')]);
    });

    it('does so after a pause, too, and moves nobody', async () => {
      const tab = await stage().openTabAs('ada');
      await stage().forward(5 * MINUTE);
      await tab.follow('App');
      expect(await tab.knownToClerk()).toBe(stage().userId('ada'));
      expect(tab.address).toBe('/app');
    });

    it('keeps the token fresh, so that the next click needs no handshake', async () => {
      const tab = await stage().openTabAs('ada', '/app');
      await tab.knownToClerk();
      const before = await stage().sessionCookie();
      await stage().forward(5 * MINUTE);
      await stage().sessionCookieThat((cookie) => cookie !== before && cookie !== '');
      tab.forgetHops();
      await tab.follow('Invoices');
      expect(tab.hops).toEqual(['200 /invoices']);
    });

    it('signs out, and the site knows it at the next click', async () => {
      const tab = await stage().openTabAs('ada', '/app');
      await tab.knownToClerk();
      await tab.page.evaluate('Clerk.signOut({ redirectUrl: "/" })');
      await tab.shows('Home');
      await tab.follow('Home');
      expect(await tab.seen()).toEqual(['Home', 'a guest']);
      await tab.follow('Invoices');
      await tab.shows('Sign in');
    });
  });
});
