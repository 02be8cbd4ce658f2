import { describe, expect, it } from '@jest/globals';
import { MINUTE } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import { INSTANCES } from './support/page-stage.js';
import { usePageStage } from './support/use-page-stage.js';

inBrowser('a page that is streamed', () => {
  describe.each(INSTANCES)('in %s', (instanceType) => {
    const stage = usePageStage({ instanceType });

    it('comes whole after a pause, and the browser keeps its cookies', async () => {
      const tab = await stage().openTabAs('ada');
      await stage().forward(5 * MINUTE);
      const before = await stage().sessionCookie();
      await tab.open('/stream');
      expect(await tab.seen()).toEqual(['Stream', stage().userId('ada')]);
      expect(await tab.page.locator('#end').innerText()).toBe('the end');
      expect(await stage().sessionCookie()).not.toBe(before);
      tab.forgetHops();
      await tab.follow('Letters');
      expect(tab.hops).toEqual(['200 /letters']);
    });
  });
});
