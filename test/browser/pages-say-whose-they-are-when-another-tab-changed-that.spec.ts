import { describe, expect, it } from '@jest/globals';
import { MINUTE } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import { INSTANCES } from './support/page-stage.js';
import { usePageStage } from './support/use-page-stage.js';

inBrowser('somebody else who signs in in another tab', () => {
  describe.each(INSTANCES)('in %s', (instanceType) => {
    const stage = usePageStage({ instanceType });

    it('is whose pages the first tab shows from then on', async () => {
      const first = await stage().openTabAs('ada');
      const second = await stage().openTab();
      await stage().signOut(second);
      await second.open('/invoices');
      await second.press('bob');
      expect(await second.seen()).toEqual(['Invoices', stage().userId('bob')]);
      await first.follow('Letters');
      expect(await first.seen()).toEqual(['Letters', stage().userId('bob')]);
    });

    it('is so as well when Clerk alone knows of it, as soon as the token is over', async () => {
      const tab = await stage().openTabAs('ada');
      const ada = stage().clerk.session(await stage().sessionId());
      stage().clerk.signIn('bob', { client: ada.clientId });
      await stage().forward(5 * MINUTE);
      await stage().context.clearCookies({ name: /^__refresh_/ });
      await tab.follow('Letters');
      expect(await tab.seen()).toEqual(['Letters', stage().userId('bob')]);
    });
  });
});
