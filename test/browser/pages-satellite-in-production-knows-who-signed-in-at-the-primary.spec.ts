import { describe, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { MINUTE } from './support/clock.js';
import { inBrowser } from './support/in-browser.js';
import type { PageTab } from './support/page-tab.js';
import { signInAt } from './support/sign-in-at.js';
import { usePageStage } from './support/use-page-stage.js';

/** Chromium follows no more redirects than that. */
const MOST_HOPS = 20;

/** Each domain has its own Frontend API, and cookies of its own: the handshake comes back in one, and never in the URL. */
inBrowser('a satellite in production, on another name of this machine', () => {
  const stage = usePageStage({ instanceType: 'production' });

  async function openSites(satelliteAutoSync: boolean) {
    const { clerk } = stage();
    const port = await freePort();
    const origin = `http://localhost:${String(port)}`;
    const primary = await stage().addSite('127.0.0.1', { pages: { satellites: [origin] } });
    const satellite = await stage().addSite('localhost', {
      port,
      clerk: {
        isSatellite: true,
        domain: `localhost:${String(port)}`,
        proxyUrl: clerk.url.replace('127.0.0.1', 'localhost'),
        issuer: clerk.issuer,
      },
      pages: { satelliteAutoSync },
    });
    return { primary, satellite };
  }

  const ada = () => stage().userId('ada');

  /** On LocalClerk's page, and back at a site. */
  async function signOutAt(site: string, tab: PageTab): Promise<void> {
    const back = encodeURIComponent(`${site}/`);
    await tab.page.goto(`${stage().clerk.url}/sign-out?redirect_url=${back}`);
    await tab.press('Sign out');
    await tab.shows('Home');
  }

  /** By Clerk's front end on a page of the satellite. */
  async function signOutByScript(tab: PageTab): Promise<void> {
    await tab.page.evaluate('Clerk.signOut({ redirectUrl: "/?__clerk_synced=true" })');
    await tab.shows('Home');
  }

  describe('that does not sync by itself', () => {
    it('lets a guest sign in at the primary, and shows the page that was asked for', async () => {
      const { primary, satellite } = await openSites(false);
      const tab = await stage().openTab(satellite);
      await tab.open('/invoices?q=1');
      await tab.press('ada');
      expect(await tab.seen()).toEqual(['Invoices', ada()]);
      expect(tab.address).toBe('/invoices?q=1&__clerk_synced=true');
      expect(tab.hops.length).toBeLessThan(MOST_HOPS);
      const other = await stage().openTab(primary);
      await other.open('/invoices');
      expect(await other.seen()).toEqual(['Invoices', ada()]);
    });

    it('asks nobody about who comes for the first time', async () => {
      const { primary, satellite } = await openSites(false);
      await signInAt(stage(), primary);
      const tab = await stage().openTab(satellite);
      await tab.open('/');
      expect(await tab.seen()).toEqual(['Home', 'a guest']);
      expect(tab.hops).toEqual(['200 /']);
    });

    it('has whoever is signed in at the primary come back without being asked anything', async () => {
      const { primary, satellite } = await openSites(false);
      await signInAt(stage(), primary);
      const tab = await stage().openTab(satellite);
      await tab.open('/letters');
      expect(await tab.seen()).toEqual(['Letters', ada()]);
      expect(tab.hops.length).toBeLessThan(MOST_HOPS);
    });
  });

  describe('that syncs by itself', () => {
    it('knows who is signed in there, and after a pause without another redirect', async () => {
      const { primary, satellite } = await openSites(true);
      await signInAt(stage(), primary);
      const tab = await stage().openTab(satellite);
      await tab.open('/');
      expect(await tab.seen()).toEqual(['Home', ada()]);
      expect(tab.hops.length).toBeLessThan(MOST_HOPS);
      await stage().forward(5 * MINUTE);
      tab.forgetHops();
      await tab.follow('Letters');
      expect(await tab.seen()).toEqual(['Letters', ada()]);
      expect(tab.hops).toEqual(['200 /letters']);
    });

    it('has a stranger who is one everywhere as a guest, and does not ask again and again', async () => {
      const { satellite } = await openSites(true);
      const tab = await stage().openTab(satellite);
      await tab.open('/');
      expect(await tab.seen()).toEqual(['Home', 'a guest']);
      expect(tab.hops.length).toBeLessThan(MOST_HOPS);
      tab.forgetHops();
      await tab.page.reload();
      expect(await tab.seen()).toEqual(['Home', 'a guest']);
      expect(tab.hops).toEqual(['200 /']);
      tab.forgetHops();
      await tab.open('/invoices');
      await tab.shows('Sign in');
      expect(tab.hops.length).toBeLessThan(MOST_HOPS);
    });

    it("is known to Clerk's front end there as well", async () => {
      const { primary, satellite } = await openSites(true);
      await signInAt(stage(), primary);
      const tab = await stage().openTab(satellite);
      await tab.open('/app');
      expect(await tab.knownToClerk()).toBe(ada());
      expect(await tab.seen()).toEqual(['App', ada()]);
    });

    it('lets somebody go who signed out at the primary, when their token ends', async () => {
      const { primary, satellite } = await openSites(true);
      const there = await signInAt(stage(), primary);
      const tab = await stage().openTab(satellite);
      await tab.open('/invoices');
      expect(await tab.seen()).toEqual(['Invoices', ada()]);
      await signOutAt(primary, there);
      expect(await there.seen()).toEqual(['Home', 'a guest']);
      await stage().forward(2 * MINUTE);
      await tab.follow('Home');
      expect(await tab.seen()).toEqual(['Home', 'a guest']);
      await tab.follow('Invoices');
      await tab.shows('Sign in');
    });

    it('and somebody who signed out there is let go at the primary', async () => {
      const { primary, satellite } = await openSites(true);
      const there = await signInAt(stage(), primary);
      const tab = await stage().openTab(satellite);
      await tab.open('/app');
      expect(await tab.knownToClerk()).toBe(ada());
      await signOutByScript(tab);
      await tab.follow('Home');
      expect(await tab.seen()).toEqual(['Home', 'a guest']);
      await stage().forward(2 * MINUTE);
      await there.follow('Home');
      expect(await there.seen()).toEqual(['Home', 'a guest']);
      await there.follow('Invoices');
      await there.shows('Sign in');
    });

    it('at once where a link leads from it to the primary', async () => {
      const { primary, satellite } = await openSites(true);
      await signInAt(stage(), primary);
      const tab = await stage().openTab(satellite);
      await tab.open('/app');
      await tab.knownToClerk();
      await signOutByScript(tab);
      await tab.page.evaluate(`location.href = ${JSON.stringify(`${primary}/`)}`);
      await tab.page.waitForURL(`${primary}/`);
      expect(tab.hops.slice(-3)).toEqual(['307 /', '307 /v1/client/handshake', '200 /']);
      expect(await tab.seen()).toEqual(['Home', 'a guest']);
    });
  });
});
