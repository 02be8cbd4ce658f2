import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { MINUTE } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import { INSTANCES } from './support/page-stage.js';
import { usePageStage } from './support/use-page-stage.js';

/** Milliseconds in which a page that loads itself anew for ever would do so many times. */
const LONG_ENOUGH = 1500;

inBrowser('a page whose parts come by htmx', () => {
  describe.each(INSTANCES)('in %s', (instanceType) => {
    const stage = usePageStage({ instanceType });

    async function openAfterAPause() {
      const tab = await stage().openTabAs('ada');
      await tab.open('/board');
      await stage().forward(5 * MINUTE);
      await stage().context.clearCookies({ name: /^__refresh_/ });
      tab.forgetHops();
      return tab;
    }

    it('gets its part', async () => {
      const tab = await stage().openTabAs('ada');
      await tab.open('/board');
      await tab.page.getByRole('button', { name: 'Load' }).click();
      await tab.page.getByText(`part of ${stage().userId('ada')}`).waitFor();
    });

    it('comes anew when a part is asked for after a pause, and then gets its part', async () => {
      const tab = await openAfterAPause();
      await tab.page.getByRole('button', { name: 'Load' }).click();
      await until(() => tab.hops.at(-1) === '200 /board');
      expect(stage().answers).toContain('401 htmx /part');
      expect(await tab.seen()).toEqual(['Board', stage().userId('ada')]);
      await tab.page.getByRole('button', { name: 'Load' }).click();
      await tab.page.getByText(`part of ${stage().userId('ada')}`).waitFor();
    });

    it('is left by a boosted link after a pause, for the page that the link names', async () => {
      const tab = await openAfterAPause();
      await tab.follow('Boosted');
      await tab.shows('Letters');
      expect(await tab.seen()).toEqual(['Letters', stage().userId('ada')]);
      expect(tab.address).toBe('/letters');
      expect(stage().answers).toContain('401 htmx /letters');
    });

    it('comes anew once, and not for ever, when it loads what a guest may not have', async () => {
      const tab = await stage().openTab();
      await tab.open('/board?eager');
      await until(() => stage().answers.filter((one) => one === '401 htmx /part').length > 1);
      await tab.page.evaluate(`new Promise((done) => setTimeout(done, ${String(LONG_ENOUGH)}))`);
      expect(await tab.seen()).toEqual(['Board', 'a guest']);
      expect(tab.hops).toEqual(['200 /board', '200 /board']);
    });
  });

  describe('in production, with a refresh token', () => {
    const stage = usePageStage({ instanceType: 'production' });

    it('gets its part after a pause as if there had been none', async () => {
      const tab = await stage().openTabAs('ada');
      await tab.open('/board');
      await stage().forward(5 * MINUTE);
      tab.forgetHops();
      await tab.page.getByRole('button', { name: 'Load' }).click();
      await tab.page.getByText(`part of ${stage().userId('ada')}`).waitFor();
      expect(tab.hops).toEqual([]);
    });
  });
});
