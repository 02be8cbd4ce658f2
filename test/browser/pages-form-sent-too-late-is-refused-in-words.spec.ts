import { describe, expect, it } from '@jest/globals';
import { MINUTE } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import { INSTANCES } from './support/page-stage.js';
import { picture } from './support/picture.js';
import { usePageStage } from './support/use-page-stage.js';

inBrowser('a form', () => {
  describe.each(INSTANCES)('in %s', (instanceType) => {
    const stage = usePageStage({ instanceType });

    it('that is sent in time arrives', async () => {
      const tab = await stage().openTabAs('ada', '/letters');
      await tab.page.getByLabel('Letter').fill('Dear Bob');
      await tab.press('Send');
      expect(await tab.seen()).toEqual(['Sent', stage().userId('ada')]);
      expect(await tab.page.locator('#letter').innerText()).toBe('Dear Bob');
    });

    it('that is sent too late is refused, with a sentence, and led nowhere', async () => {
      const tab = await stage().openTabAs('ada', '/letters');
      await tab.page.getByLabel('Letter').fill('Dear Bob');
      await stage().forward(5 * MINUTE);
      tab.forgetHops();
      await tab.press('Send');
      expect(tab.hops).toEqual(['401 /letters']);
      expect(await tab.text()).toMatch(/^[A-Z].*\.$/);
      await picture(tab, `too-late-${instanceType}`);
      await tab.page.goBack();
      await tab.shows('Letters');
    });

    it('on a page with Clerk’s scripts arrives whenever it is sent: they keep the token fresh', async () => {
      const tab = await stage().openTabAs('ada', '/desk');
      await tab.knownToClerk();
      await tab.page.getByLabel('Letter').fill('Dear Bob');
      const before = await stage().sessionCookie();
      await stage().forward(5 * MINUTE);
      await stage().sessionCookieThat((cookie) => cookie !== before && cookie !== '');
      await tab.press('Send');
      expect(await tab.seen()).toEqual(['Sent', stage().userId('ada')]);
    });
  });
});
