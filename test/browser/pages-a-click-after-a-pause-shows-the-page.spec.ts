import { describe, expect, it } from '@jest/globals';
import { MINUTE } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import { INSTANCES } from './support/page-stage.js';
import { usePageStage } from './support/use-page-stage.js';

/** Section 3 of the contract counts them. */
const HOPS = {
  development: ['307 PAGE', '307 /v1/client/handshake', '307 PAGE', '200 PAGE'],
  production: ['200 PAGE'],
} as const;

inBrowser('a click after five minutes', () => {
  describe.each(INSTANCES)('in %s', (instanceType) => {
    const stage = usePageStage({ instanceType });
    const hopsTo = (path: string) => HOPS[instanceType].map((hop) => hop.replace('PAGE', path));

    it('shows a page that requires a session', async () => {
      const tab = await stage().openTabAs('ada');
      expect(await tab.seen()).toEqual(['Invoices', stage().userId('ada')]);
      await stage().forward(5 * MINUTE);
      tab.forgetHops();
      await tab.follow('Letters');
      expect(await tab.seen()).toEqual(['Letters', stage().userId('ada')]);
      expect(tab.hops).toEqual(hopsTo('/letters'));
    });

    it('shows whose a page is that anybody may see', async () => {
      const tab = await stage().openTabAs('ada', '/invoices');
      await stage().forward(5 * MINUTE);
      tab.forgetHops();
      await tab.follow('Home');
      expect(await tab.seen()).toEqual(['Home', stage().userId('ada')]);
      expect(tab.hops).toEqual(hopsTo('/'));
    });

    it('comes with the query as it was typed, and leaves nothing of Clerk in the bar', async () => {
      const tab = await stage().openTabAs('ada');
      await stage().forward(5 * MINUTE);
      await tab.open('/invoices?q=a%20b&tag=%2B%26#last');
      expect(await tab.page.locator('#query').innerText()).toBe('a b');
      expect(tab.address).toBe('/invoices?q=a%20b&tag=%2B%26#last');
    });

    it('goes on for hours', async () => {
      const tab = await stage().openTabAs('ada');
      for (const label of ['Letters', 'Invoices', 'Home', 'Letters', 'Invoices']) {
        await stage().forward(30 * MINUTE);
        await tab.follow(label);
        expect(await tab.seen()).toEqual([label, stage().userId('ada')]);
      }
    });
  });
});
