import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { MINUTE } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import { INSTANCES } from './support/page-stage.js';
import { usePageStage } from './support/use-page-stage.js';

/** Fewer than a browser has connections to one site. */
const PAGES = ['/invoices', '/letters', '/stream', '/part'];

/** Milliseconds: long enough for all of them to have begun. */
const LATE = 3000;

inBrowser('a window that is restored after a pause', () => {
  describe.each(INSTANCES)('in %s', (instanceType) => {
    const stage = usePageStage({ instanceType });

    async function restore(paths: readonly string[]) {
      const first = await stage().openTabAs('ada');
      await first.page.close();
      await stage().forward(5 * MINUTE);
      // Without refresh tokens each tab goes its own way through the handshake.
      await stage().context.clearCookies({ name: /^__refresh_/ });
      const tabs = await Promise.all(paths.map(() => stage().openTab()));
      await Promise.all(tabs.map((tab, at) => tab.open(paths[at] ?? '/')));
      return Promise.all(tabs.map((tab) => tab.seen()));
    }

    it('with two tabs shows both pages', async () => {
      const user = stage().userId('ada');
      const seen = await restore(['/invoices', '/letters']);
      expect(seen).toEqual([
        ['Invoices', user],
        ['Letters', user],
      ]);
    });

    it('with eight tabs, most of the same page, shows them all', async () => {
      const user = stage().userId('ada');
      const paths = ['/', '/letters', ...new Array<string>(6).fill('/invoices')];
      const seen = await restore(paths);
      const wanted = [['Home', user], ['Letters', user], ...new Array(6).fill(['Invoices', user])];
      expect(seen).toEqual(wanted);
    });
  });

  describe('in development, where each tab has a nonce of its own', () => {
    const stage = usePageStage({ clerk: { backendTimeout: 5 * LATE } });

    it('with four pages that begin one after the other, and end late, shows them all', async () => {
      const first = await stage().openTabAs('ada');
      await first.page.close();
      await stage().forward(5 * MINUTE);
      await stage().context.clearCookies({ name: /^__refresh_/ });
      stage().answers = [];
      stage().clerk.latency(LATE);
      const shown = [];
      for (const path of PAGES) {
        const tab = await stage().openTab();
        shown.push(tab.open(path));
        await until(() => stage().answers.includes(`307 for ${path}`));
      }
      expect(await Promise.all(shown)).toEqual(PAGES.map(() => 200));
    });
  });
});
