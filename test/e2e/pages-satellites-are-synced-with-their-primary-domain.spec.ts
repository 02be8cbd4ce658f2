import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { CurrentSession, OptionalSession, RequireSession, type Session } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { HandClock } from '../support/hand-clock.js';
import { PageBrowser } from '../support/page-browser.js';
import { startPages, type PageApp } from '../support/page-app.js';
import { ADAPTERS } from '../support/start-app.js';

@Controller()
class Shop {
  @Get()
  @OptionalSession()
  home(@CurrentSession('userId') user: string | null): string {
    return `home of ${user ?? 'a guest'}`;
  }

  @Get('cart')
  @RequireSession()
  cart(@CurrentSession() session: Session): string {
    return `cart of ${session.userId}`;
  }
}

const MOST_ANSWERS = 16;

describe.each(ADAPTERS)('on %s', (adapter) => {
  describe.each(['development', 'production'] as const)('of a %s instance', (instanceType) => {
    const clock = new HandClock();
    let clerk: LocalClerk;
    let satellite: PageApp;
    let auto: PageApp;
    let primary: PageApp;
    let browser: PageBrowser;
    const isDevelopment = instanceType === 'development';

    beforeAll(async () => {
      clerk = await LocalClerk.start({ now: clock.now, instanceType });
      const parts = { now: clock.now, controllers: [Shop] };
      const isSatellite = { isSatellite: true, domain: 'shop.example' };
      satellite = await startPages(adapter, clerk, {
        ...parts,
        clerk: { ...isSatellite, issuer: clerk.issuer },
      });
      auto = await startPages(adapter, clerk, {
        ...parts,
        clerk: { ...isSatellite, issuer: clerk.issuer },
        // A satellite has none of its own, whatever somebody has written.
        pages: { satelliteAutoSync: true, satellites: [satellite.origin] },
      });
      primary = await startPages(adapter, clerk, {
        ...parts,
        pages: { satellites: [satellite.origin] },
      });
    });

    beforeEach(() => {
      clock.forward(60_000);
      browser = new PageBrowser(clock.now);
    });

    afterAll(async () => {
      for (const { app } of [satellite, auto, primary]) await app.close();
      await clerk.stop();
    });

    const ask = (url: string, headers: Record<string, string> = {}) =>
      browser.ask(url, { headers });

    const told = ({ location = '' }: { location?: string | undefined }) => {
      const { searchParams, pathname, origin } = new URL(location);
      return {
        to: `${origin}${pathname}`,
        reason: searchParams.get('__clerk_hs_reason'),
        back: searchParams.get('redirect_url') ?? searchParams.get('__clerk_redirect_url'),
      };
    };

    it('signing in on the primary domain is asked to be brought over', async () => {
      const { to, back } = told(await ask(satellite.at('/cart?a=1')));
      expect({ to, back }).toEqual({
        to: clerk.signInUrl,
        back: satellite.at('/cart?a=1&__clerk_synced=false'),
      });
    });

    it('and ends on the page that was asked for', async () => {
      const offered = await browser.open(satellite.at('/cart'));
      const back = await browser.open(offered.url, { form: { user: 'ada' } });
      expect(back).toMatchObject({ status: 200, url: satellite.at('/cart?__clerk_synced=true') });
      expect(back.text).toMatch(/^cart of user_/);
      expect(back.hops.length).toBeLessThanOrEqual(MOST_ANSWERS);
      expect((await browser.open(satellite.at('/cart?__clerk_synced=true'))).hops).toHaveLength(1);
    });

    it('who comes back without a session is synced once', async () => {
      const sent = told(await ask(satellite.at('/?__clerk_synced=false')));
      expect(sent).toEqual(
        isDevelopment
          ? { to: clerk.signInUrl, reason: null, back: satellite.at('/') }
          : {
              to: `${clerk.url}/v1/client/handshake`,
              reason: 'satellite-needs-syncing',
              back: satellite.at('/?__clerk_synced=true'),
            },
      );
      const shown = await browser.open(satellite.at('/?__clerk_synced=false'));
      expect(shown).toMatchObject({
        status: 200,
        text: 'home of a guest',
        url: satellite.at('/?__clerk_synced=true'),
      });
      expect(shown.hops.length).toBeLessThanOrEqual(MOST_ANSWERS);
    });

    it('a guest is one, unless everybody is to be synced', async () => {
      expect((await ask(satellite.at('/'))).status).toBe(200);
      const synced = told(await ask(auto.at('/')));
      expect(synced.reason).toBe(isDevelopment ? null : 'satellite-needs-syncing');
      if (!isDevelopment) expect(synced.back).toBe(auto.at('/?__clerk_synced=true'));
      const shown = await browser.open(auto.at('/'));
      expect(shown).toMatchObject({ status: 200, text: 'home of a guest' });
      expect((await ask(auto.at('/?__clerk_synced=true'))).status).toBe(200);
      expect(
        (await browser.ask(auto.at('/'), { headers: { 'sec-fetch-dest': 'empty' } })).status,
      ).toBe(200);
    });

    it('whoever is synced already, or known, or asks for a frame, is not synced', async () => {
      expect(told(await ask(auto.at('/?__clerk_synced=false'))).back).toContain(auto.origin);
      const fresh = (path: string, cookie = '', headers: Record<string, string> = {}) =>
        new PageBrowser(clock.now).ask(auto.at(path), { headers: { ...headers, cookie } });
      const ada = clerk.signIn('ada');
      const token = clerk.mint({ session: ada, claims: { azp: auto.origin } });
      const old = clerk.mint({ session: ada, expiresIn: -60, issuedAt: -120 });

      expect((await fresh('/?__clerk_synced=true')).text).toBe('home of a guest');
      expect((await fresh('/', '', { 'sec-fetch-dest': 'iframe' })).text).toBe('home of a guest');
      const known = await fresh('/', `__session=${token}; __client_uat=1`);
      expect(known.text).toBe(`home of ${ada.userId}`);
      const expired = told(await fresh('/cart', `__session=${old}; __client_uat=1`));
      expect(expired.reason).toMatch(/^session-token-expired/);
      expect(expired.back).toBe(auto.at('/cart'));
      const signedIn = told(await fresh('/', '__client_uat=1'));
      expect(signedIn.reason).toBe('client-uat-but-no-session-token');
      const forged = clerk.mint({ session: ada, key: 'foreign' });
      expect((await fresh('/', `__session=${forged}`)).text).toBe('home of a guest');
    });

    it('coming back from the primary domain in development is synced, and said once', async () => {
      const url = satellite.at('/?__clerk_synced=false&__clerk_db_jwt=dvb_1');
      const { reason, back } = told(await ask(url));
      expect({ reason, back }).toEqual({
        reason: isDevelopment ? 'dev-browser-sync' : 'satellite-needs-syncing',
        back: satellite.at('/?__clerk_synced=true'),
      });
    });

    it('the primary domain sends back to listed satellites, in development, and to nobody else', async () => {
      const dev = '__clerk_db_jwt=dvb_1; Path=/';
      browser.keep(dev, primary.origin);
      const url = (to: string) => primary.at(`/?__clerk_redirect_url=${encodeURIComponent(to)}`);
      const { status, location } = await ask(url(satellite.at('/cart?a=%20&__clerk_synced=false')));
      const back = satellite.at('/cart?a=%20&__clerk_synced=true&__clerk_db_jwt=dvb_1');
      expect({ status, location }).toEqual(
        isDevelopment ? { status: 307, location: back } : { status: 200 },
      );
    });

    it.each([
      'https://evil.example/',
      '//evil.example',
      'javascript:alert(1)',
      'SATELLITE.evil.example/',
      'USER@evil',
      'not a url',
      '',
    ])('a satellite such as %p is none', async (text) => {
      const to = text
        .replace('SATELLITE', satellite.origin)
        .replace('USER', satellite.origin.replace('//', '//user@'));
      const url = primary.at(`/?__clerk_redirect_url=${encodeURIComponent(to)}`);
      expect(await ask(url)).toMatchObject({ status: 200, text: 'home of a guest' });
    });

    it('a satellite sends nobody on, whoever is asked for', async () => {
      for (const to of [primary.origin, satellite.origin, 'https://evil.example/']) {
        const query = `__clerk_redirect_url=${encodeURIComponent(to)}`;
        for (const url of [satellite.at(`/?${query}`), auto.at(`/?${query}&__clerk_synced=true`)]) {
          expect(await ask(url)).toMatchObject({ status: 200, text: 'home of a guest' });
        }
      }
      const ada = clerk.signIn('ada');
      const token = clerk.mint({ session: ada, claims: { azp: auto.origin } });
      const cookie = `__session=${token}; __client_uat=1`;
      const shown = await ask(auto.at('/'), { referer: `${satellite.origin}/`, cookie });
      expect(shown).toMatchObject({ status: 200, text: `home of ${ada.userId}` });
    });

    it('somebody who comes from a satellite is looked at anew, once', async () => {
      const offered = await browser.open(primary.at('/cart'));
      await browser.open(offered.url, { form: { user: 'ada' } });
      for (const referer of [`${satellite.origin}/`, satellite.at('/cart')]) {
        const { reason } = told(await ask(primary.at('/cart'), { referer }));
        expect(reason).toBe('primary-domain-cross-origin-sync');
        const shown = await browser.open(primary.at('/cart'), { headers: { referer } });
        expect(shown.status).toBe(200);
        expect(shown.hops.length).toBeLessThanOrEqual(4);
      }
      for (const referer of [
        'https://evil.example/',
        'junk',
        `${satellite.origin}.evil.example/`,
      ]) {
        expect((await ask(primary.at('/cart'), { referer })).status).toBe(200);
      }
      for (const dest of ['empty', 'iframe']) {
        const headers = { referer: `${satellite.origin}/`, 'sec-fetch-dest': dest };
        expect((await ask(primary.at('/cart'), headers)).status).toBe(200);
      }
      const guest = await new PageBrowser(clock.now).ask(primary.at('/'), {
        headers: { referer: `${satellite.origin}/` },
      });
      expect(guest.text).toBe('home of a guest');
    });
  });

  it('a satellite that signs people in by itself asks nobody to bring them over', async () => {
    const clerk = await LocalClerk.start({ instanceType: 'production' });
    const pages = await startPages(adapter, clerk, {
      controllers: [Shop],
      clerk: { isSatellite: true, domain: 'shop.example', issuer: clerk.issuer },
      pages: { signInUrl: '/sign-in' },
    });
    const { location } = await new PageBrowser().ask(pages.at('/cart'));
    const way = encodeURIComponent(pages.at('/cart'));
    expect(location).toBe(`/sign-in?redirect_url=${way}#/?redirect_url=${way}`);
    await pages.app.close();
    await clerk.stop();
  });
});
