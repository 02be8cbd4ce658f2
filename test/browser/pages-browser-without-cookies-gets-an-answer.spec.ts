import { describe, expect, it } from '@jest/globals';
import { MINUTE } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import { INSTANCES } from './support/page-stage.js';
import { picture } from './support/picture.js';
import { usePageStage } from './support/use-page-stage.js';

/** As Chromium's profile says that no page may keep any. */
const NO_COOKIES = { profile: { default_content_setting_values: { cookies: 2 } } };

/** Over plain http there are none anyhow, as `SameSite=None` asks for https: nothing here may depend on them. */
const NO_THIRD_PARTY_COOKIES = {
  profile: { block_third_party_cookies: true, cookie_controls_mode: 1 },
};

inBrowser('a browser that keeps no cookies', () => {
  describe.each(INSTANCES)('in %s', (instanceType) => {
    const stage = usePageStage({ instanceType, preferences: NO_COOKIES });

    it('is told so after a few answers, and not sent round and round', async () => {
      const tab = await stage().openTab();
      await tab.open('/invoices');
      await tab.press('ada');
      if (instanceType === 'development') {
        expect(await tab.text()).toMatch(/^[A-Z].*\.$/);
        await picture(tab, 'no-cookies');
        expect(tab.hops.at(-1)).toBe('401 /invoices');
      } else {
        // Nothing tells the page that somebody has signed in.
        await tab.shows('Sign in');
      }
      expect(tab.hops.length).toBeLessThanOrEqual(6);
      expect(await stage().context.cookies()).toEqual([]);
    });

    it('is a guest where that is enough', async () => {
      const tab = await stage().openTab();
      expect(await tab.open('/')).toBe(200);
      expect(await tab.seen()).toEqual(['Home', 'a guest']);
      expect(tab.hops).toEqual(['200 /']);
    });
  });
});

inBrowser('a browser that keeps no cookies of third parties', () => {
  describe.each(INSTANCES)('in %s', (instanceType) => {
    const stage = usePageStage({ instanceType, preferences: NO_THIRD_PARTY_COOKIES });

    it('signs in, comes back after a pause, and Clerk’s front end goes on there', async () => {
      const tab = await stage().openTabAs('ada');
      await stage().forward(5 * MINUTE);
      await tab.follow('App');
      expect(await tab.seen()).toEqual(['App', stage().userId('ada')]);
      expect(await tab.knownToClerk()).toBe(stage().userId('ada'));
    });
  });
});
