import { describe, expect, it } from '@jest/globals';
import { inBrowser } from './support/in-browser.js';
import { INSTANCES } from './support/page-stage.js';
import { usePageStage } from './support/use-page-stage.js';

inBrowser('signing out', () => {
  describe.each(INSTANCES)('in %s', (instanceType) => {
    const stage = usePageStage({ instanceType });

    it('is known to the site at once, and the back button shows no page of before', async () => {
      const tab = await stage().openTabAs('ada');
      await tab.follow('Letters');
      await stage().signOut(tab);
      expect(await tab.seen()).toEqual(['Home', 'a guest']);
      const ada = stage().userId('ada');
      await tab.page.goBack();
      expect(await tab.text()).not.toContain(ada);
      await tab.page.goBack();
      expect(await tab.text()).not.toContain(ada);
    });

    it('and the way back through a link ends at the sign-in page', async () => {
      const tab = await stage().openTabAs('ada');
      await stage().signOut(tab);
      await tab.follow('Invoices');
      await tab.shows('Sign in');
    });
  });
});
