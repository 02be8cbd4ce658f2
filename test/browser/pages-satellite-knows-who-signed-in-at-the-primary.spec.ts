import { describe, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { MINUTE } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import { signInAt } from './support/sign-in-at.js';
import { usePageStage } from './support/use-page-stage.js';

/** Chromium follows no more redirects than that. */
const MOST_HOPS = 20;

inBrowser('a satellite on another name of this machine', () => {
  const stage = usePageStage();

  /** @param syncedBy which page tells the satellite about the browser */
  async function openSites(satelliteAutoSync: boolean, syncedBy: 'primary' | 'portal' = 'portal') {
    const { clerk } = stage();
    const port = await freePort();
    const origin = `http://127.0.0.1:${String(port)}`;
    const primary = await stage().addSite('localhost', { pages: { satellites: [origin] } });
    const signInUrl = syncedBy === 'primary' ? `${primary}/` : clerk.signInUrl;
    const satellite = await stage().addSite('127.0.0.1', {
      port,
      clerk: { isSatellite: true, domain: `127.0.0.1:${String(port)}` },
      pages: { signInUrl, satelliteAutoSync },
    });
    return { primary, satellite };
  }

  describe('that does not sync by itself', () => {
    it('lets a guest sign in at the primary, and shows the page that was asked for', async () => {
      const { satellite } = await openSites(false);
      const tab = await stage().openTab(satellite);
      await tab.open('/invoices?q=1');
      await tab.press('ada');
      expect(await tab.seen()).toEqual(['Invoices', stage().userId('ada')]);
      expect(tab.address).toBe('/invoices?q=1&__clerk_synced=true');
      expect(tab.hops.length).toBeLessThan(MOST_HOPS);
    });

    it('asks nobody about who comes for the first time', async () => {
      const { primary, satellite } = await openSites(false);
      await signInAt(stage(), primary);
      const tab = await stage().openTab(satellite);
      await tab.open('/');
      expect(await tab.seen()).toEqual(['Home', 'a guest']);
      expect(tab.hops).toEqual(['200 /']);
    });
  });

  describe.each(['primary', 'portal'] as const)('that syncs by itself, at the %s', (syncedBy) => {
    it('knows who is signed in there, and after a pause as well', async () => {
      const { primary, satellite } = await openSites(true, syncedBy);
      await signInAt(stage(), primary);
      const tab = await stage().openTab(satellite);
      await tab.open('/invoices');
      expect(await tab.seen()).toEqual(['Invoices', stage().userId('ada')]);
      expect(tab.hops.length).toBeLessThan(MOST_HOPS);
      await stage().forward(5 * MINUTE);
      await tab.follow('Letters');
      expect(await tab.seen()).toEqual(['Letters', stage().userId('ada')]);
    });

    it('has a stranger who is one everywhere as a guest, and does not ask again and again', async () => {
      const { satellite } = await openSites(true, syncedBy);
      const tab = await stage().openTab(satellite);
      await tab.open('/');
      expect(await tab.seen()).toEqual(['Home', 'a guest']);
      expect(tab.hops.length).toBeLessThan(MOST_HOPS);
      tab.forgetHops();
      await tab.page.reload();
      expect(tab.hops).toEqual(['200 /']);
    });
  });
});
