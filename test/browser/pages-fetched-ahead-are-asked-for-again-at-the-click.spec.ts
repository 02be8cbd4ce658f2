import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { MINUTE } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import { INSTANCES } from './support/page-stage.js';
import { usePageStage } from './support/use-page-stage.js';

inBrowser('a page that the browser fetches ahead', () => {
  describe.each(INSTANCES)('in %s', (instanceType) => {
    const stage = usePageStage({ instanceType });
    const ahead = () => stage().answers.filter((one) => one.includes(' prefetch'));

    it.each(['prefetch', 'prerender'])(
      '(%s) starts no handshake, and comes at the click',
      async (kind) => {
        const tab = await stage().openTabAs('ada');
        await stage().forward(5 * MINUTE);
        await stage().context.clearCookies({ name: /^__refresh_/ });
        await tab.open(`/public?ahead=${kind}`);
        await until(() => ahead().length > 0);
        expect(ahead()).toEqual([expect.stringMatching(/^401 prefetch.* \/invoices$/)]);
        await tab.follow('Invoices');
        expect(await tab.seen()).toEqual(['Invoices', stage().userId('ada')]);
      },
    );
  });
});
