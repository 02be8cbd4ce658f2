import { describe, expect, it } from '@jest/globals';
import { MINUTE } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import { INSTANCES } from './support/page-stage.js';
import { picture } from './support/picture.js';
import { usePageStage } from './support/use-page-stage.js';

inBrowser('a session that is revoked at Clerk', () => {
  describe.each(INSTANCES)('in %s', (instanceType) => {
    const stage = usePageStage({ instanceType });

    it('ends at the sign-in page when its token is over', async () => {
      const tab = await stage().openTabAs('ada');
      stage().clerk.revoke(await stage().sessionId());
      await tab.follow('Letters');
      expect(await tab.seen()).toEqual(['Letters', stage().userId('ada')]);
      await stage().forward(5 * MINUTE);
      await tab.follow('Invoices');
      await tab.shows('Sign in');
      await picture(tab, `revoked-${instanceType}`);
      await tab.press('bob');
      expect(await tab.seen()).toEqual(['Invoices', stage().userId('bob')]);
    });

    it('is a guest’s where that is enough', async () => {
      const tab = await stage().openTabAs('ada');
      stage().clerk.revoke(await stage().sessionId());
      await stage().forward(5 * MINUTE);
      await tab.follow('Home');
      expect(await tab.seen()).toEqual(['Home', 'a guest']);
    });

    it('ends at once where the page asks Clerk', async () => {
      const tab = await stage().openTabAs('ada', '/live');
      expect(await tab.seen()).toEqual(['Live', stage().userId('ada')]);
      stage().clerk.revoke(await stage().sessionId());
      await tab.open('/live');
      await tab.shows('Sign in');
      // A new session in the place of the old one, whose token would still be good.
      await tab.press('ada');
      expect(await tab.seen()).toEqual(['Live', stage().userId('ada')]);
    });
  });
});
