import { describe, expect, it } from '@jest/globals';
import { inBrowser } from './support/in-browser.js';
import { usePageStage } from './support/use-page-stage.js';

inBrowser("the telemetry of Clerk's scripts in development", () => {
  describe.each([
    ['is none where the environment says so', false],
    ['is there otherwise', true],
  ])('%s', (_, telemetry) => {
    // Whatever is asked for outside of this machine is a complaint, and fails the test.
    const stage = usePageStage({ telemetry });

    it('on a page with a session', async () => {
      const tab = await stage().openTabAs('ada', '/app');
      expect(await tab.knownToClerk()).toBe(stage().userId('ada'));
      expect(await tab.page.evaluate('Clerk.telemetry !== undefined')).toBe(telemetry);
    });

    it('with the form of Clerk', async () => {
      const tab = await stage().openTab();
      await tab.open('/sign-in');
      await tab.page.locator('#form input[name=identifier]').waitFor();
      expect(await tab.page.evaluate('Clerk.telemetry !== undefined')).toBe(telemetry);
    });
  });
});
