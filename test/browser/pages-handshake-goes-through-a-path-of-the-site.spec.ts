import { describe, expect, it } from '@jest/globals';
import { MINUTE } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import { INSTANCES } from './support/page-stage.js';
import { usePageStage } from './support/use-page-stage.js';

inBrowser('with the Frontend API at /__clerk of the site itself', () => {
  describe.each(INSTANCES)('in %s', (instanceType) => {
    const stage = usePageStage({
      instanceType,
      clerk: { proxyUrl: '/__clerk' },
      pages: { signInUrl: '/__clerk/sign-in' },
    });

    it('somebody signs in, comes back after a pause, and never leaves the site', async () => {
      const tab = await stage().openTab();
      const seen: string[] = [];
      tab.page.on('request', (request) => seen.push(new URL(request.url()).origin));
      await tab.open('/invoices');
      await tab.press('ada');
      expect(await tab.seen()).toEqual(['Invoices', stage().userId('ada')]);
      await stage().forward(5 * MINUTE);
      await stage().context.clearCookies({ name: /^__refresh_/ });
      tab.forgetHops();
      await tab.follow('App');
      expect(await tab.seen()).toEqual(['App', stage().userId('ada')]);
      expect(await tab.knownToClerk()).toBe(stage().userId('ada'));
      expect(tab.hops).toContain('307 /__clerk/v1/client/handshake');
      expect([...new Set(seen)]).toEqual([stage().url]);
    });
  });
});
