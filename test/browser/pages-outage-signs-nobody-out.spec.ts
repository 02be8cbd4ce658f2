import { describe, expect, it } from '@jest/globals';
import { MINUTE } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import { INSTANCES } from './support/page-stage.js';
import { picture } from './support/picture.js';
import { usePageStage } from './support/use-page-stage.js';

inBrowser('while Clerk’s Backend API is down', () => {
  describe.each(INSTANCES)('in %s', (instanceType) => {
    const stage = usePageStage({ instanceType });

    it('pages are shown as long as the token lives', async () => {
      const tab = await stage().openTabAs('ada');
      stage().clerk.outage(true);
      await tab.follow('Letters');
      expect(await tab.seen()).toEqual(['Letters', stage().userId('ada')]);
    });

    it('a click after a pause is told so in words, and works again afterwards', async () => {
      const tab = await stage().openTabAs('ada');
      await stage().forward(5 * MINUTE);
      stage().clerk.outage(true);
      expect(await tab.open('/letters')).toBe(503);
      expect(await tab.text()).toMatch(/^[A-Z].*\.$/);
      await picture(tab, `outage-${instanceType}`);
      stage().clerk.outage(false);
      // What asks Clerk takes a rest after failures.
      await stage().forward(MINUTE);
      expect(await tab.open('/letters')).toBe(200);
      expect(await tab.seen()).toEqual(['Letters', stage().userId('ada')]);
    });

    it('who may be a guest is one, and nobody is signed out for it', async () => {
      const tab = await stage().openTabAs('ada');
      await stage().forward(5 * MINUTE);
      stage().clerk.outage(true);
      expect(await tab.open('/')).toBe(200);
      expect(await tab.seen()).toEqual(['Home', 'a guest']);
      stage().clerk.outage(false);
      await stage().forward(MINUTE);
      await tab.open('/');
      expect(await tab.seen()).toEqual(['Home', stage().userId('ada')]);
    });
  });
});
