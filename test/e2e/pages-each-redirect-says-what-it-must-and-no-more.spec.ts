import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { RequireSession } from 'nestjs-clerk-auth';
import { LocalClerk, type MintSpec, type SignedIn } from 'nestjs-clerk-auth/testing';
import { HandClock } from '../support/hand-clock.js';
import {
  PagesController,
  RefusingController,
  startPages,
  type PageApp,
} from '../support/page-app.js';
import { PageBrowser } from '../support/page-browser.js';
import { ADAPTERS } from '../support/start-app.js';

/** About two organizations at once. */
@Controller('between')
class BetweenController {
  @Get(':one/:other')
  @RequireSession({ organization: { slug: 'one' } })
  @RequireSession({ organization: { slug: 'other' } })
  between(): string {
    return 'both';
  }

  @Get()
  @RequireSession({ organization: { header: 'x-org' } })
  byHeader(): string {
    return 'by header';
  }
}

const FETCH = { 'sec-fetch-dest': 'empty', accept: '*/*' };
const AT_INVOICES = 'Path=/invoices; HttpOnly; SameSite=Lax;';

describe.each(ADAPTERS)('on %s', (adapter) => {
  describe.each(['development', 'production'] as const)('of a %s instance', (instanceType) => {
    const clock = new HandClock();
    const isDevelopment = instanceType === 'development';
    let clerk: LocalClerk;
    let pages: PageApp;
    let ada: SignedIn;

    beforeAll(async () => {
      clerk = await LocalClerk.start({ now: clock.now, instanceType });
      pages = await startPages(adapter, clerk, {
        now: clock.now,
        controllers: [PagesController, RefusingController, BetweenController],
      });
    });

    beforeEach(() => {
      clock.forward(60 * 60_000);
      ada = clerk.signIn('ada');
    });

    afterAll(async () => {
      await pages.app.close();
      await clerk.stop();
    });

    const minted = (spec: MintSpec = {}) => `__session=${clerk.mint({ session: ada, ...spec })}`;
    const valid = () => `${minted()}; __client_uat=1`;
    const expired = () => `${minted({ expiresIn: -60, issuedAt: -120 })}; __client_uat=1`;

    const ask = (path: string, cookie?: string, headers: Record<string, string> = {}) =>
      new PageBrowser(clock.now).ask(pages.at(path), { headers: { ...headers, cookie } });

    /** What the Frontend API is told; `null` for whoever is not sent there. */
    async function handshake(path: string, cookie?: string, headers?: Record<string, string>) {
      const { location = '' } = await ask(path, cookie, headers);
      if (!location.startsWith(`${clerk.url}/v1/client/handshake?`)) return null;
      return Object.fromEntries(new URL(location).searchParams);
    }

    it('the way to the sign-in page counts itself, and takes back the handshakes before it', async () => {
      const counted = `__clerk_sign_in_count=1; ${AT_INVOICES} Max-Age=10`;
      expect((await ask('/invoices')).setCookie).toEqual([counted]);
      expect((await ask('/invoices', '__clerk_redirect_count=2')).setCookie).toEqual([
        counted,
        `__clerk_redirect_count=; ${AT_INVOICES} Max-Age=0`,
      ]);
    });

    it('a page of somebody signed in takes back the counts that there are, and no others', async () => {
      const cleared = (name: string) => `${name}=; ${AT_INVOICES} Max-Age=0`;
      expect((await ask('/invoices', valid())).setCookie).toEqual([]);
      for (const name of ['__clerk_sign_in_count', '__clerk_redirect_count']) {
        const { status, setCookie } = await ask('/invoices', `${valid()}; ${name}=1`);
        expect({ status, setCookie }).toEqual({ status: 200, setCookie: [cleared(name)] });
      }
    });

    it('what knows a browser in development is told there, and nowhere else', async () => {
      const asked = await handshake('/invoices', `${expired()}; __clerk_db_jwt=dvb_1`);
      expect(asked?.__clerk_db_jwt).toBe(isDevelopment ? 'dvb_1' : undefined);
      const linked = await handshake('/invoices?__clerk_db_jwt=dvb_2', expired());
      expect(linked?.__clerk_db_jwt).toBe(isDevelopment ? 'dvb_2' : undefined);
      const guest = await handshake('/?__clerk_db_jwt=dvb_2');
      expect(guest?.__clerk_hs_reason).toBe(isDevelopment ? 'dev-browser-sync' : undefined);
      const junk = await handshake('/invoices', `${expired()}; __clerk_db_jwt=a|b`);
      expect(junk).toMatchObject({ format: 'nonce' });
      expect(junk).not.toHaveProperty('__clerk_db_jwt');
    });

    it('the page is asked for again as it was, without what Clerk wrote into its URL', async () => {
      const spent = '__clerk_help=1&a=%20&__dev_session=x&b';
      const asked = await handshake(`/invoices?${spent}`, expired());
      expect(asked?.redirect_url).toBe(pages.at('/invoices?a=%20&b'));
    });

    it('the reason is one of Clerk, with what became of a refresh token where one would have done', async () => {
      const suffix = ada.suffixedCookie.split('=')[0]?.replace('__session', '') ?? '';
      const none = 'session-token-expired-refresh-non-eligible-no-refresh-cookie';
      for (const more of ['', `; __refresh${suffix}=`, '; __refresh=x']) {
        expect(await handshake('/invoices', `${expired()}${more}`)).toMatchObject({
          __clerk_hs_reason: none,
        });
      }
      const later = `${minted({ notBefore: 300 })}; __client_uat=1`;
      expect(await handshake('/invoices', later)).toMatchObject({
        __clerk_hs_reason: 'session-token-nbf',
      });
    });

    it('whoever comes from signing in with a token of nobody is asked about, and nobody else is', async () => {
      const foreign = `${minted({ key: 'foreign' })}; __client_uat=1`;
      expect(await handshake('/invoices', foreign)).toBeNull();
      const back = `${foreign}; __clerk_sign_in_count=1`;
      expect(await handshake('/invoices', back)).toMatchObject({
        __clerk_hs_reason: 'session-token-iat-before-client-uat',
      });
      // Once: Clerk has been asked since.
      expect(await handshake('/invoices', `${back}; __clerk_redirect_count=1`)).toBeNull();
    });

    it('a forged time of issue that is no number is none', async () => {
      const now = Math.floor(clock.now() / 1000);
      for (const [iat, isAsked] of [
        [1, true],
        ['1', false],
      ] as const) {
        const forged = `${minted({ key: 'foreign', claims: { iat } })}; __client_uat=${String(now)}`;
        expect((await handshake('/invoices', forged)) !== null).toBe(isAsked);
      }
    });

    it('an organization is named where it can be one, and is not the active one', async () => {
      const member = clerk.signIn('ada', { organization: 'acme' });
      const cookie = `__session=${member.sessionToken}; __client_uat=1`;
      expect(await handshake('/orgs/org_1', valid())).toMatchObject({ organization_id: 'org_1' });
      expect(await handshake('/orgs/org_1', expired())).toMatchObject({ organization_id: 'org_1' });
      expect(await handshake('/teams/umbrella', cookie)).toMatchObject({
        organization_id: 'umbrella',
      });
      expect(await ask('/teams/acme', cookie)).toMatchObject({ status: 200, text: 'team acme' });
      for (const name of ['!org_1', 'org_1!', 'a%20b']) {
        expect((await ask(`/orgs/${name}`, valid())).status).toBe(403);
        expect(await handshake(`/orgs/${name}`, expired())).not.toHaveProperty('organization_id');
      }
    });

    it('of two organizations the one is named that is not active', async () => {
      const member = clerk.signIn('ada', { organization: 'acme' });
      const cookie = `__session=${member.sessionToken}; __client_uat=1`;
      for (const path of ['/between/acme/umbrella', '/between/umbrella/acme']) {
        expect(await handshake(path, cookie)).toMatchObject({
          __clerk_hs_reason: 'active-organization-mismatch',
          organization_id: 'umbrella',
        });
      }
    });

    it('an organization may be named by a header field', async () => {
      const asked = await handshake('/between', valid(), { 'x-org': 'org_1' });
      expect(asked?.organization_id).toBe('org_1');
      expect((await ask('/between', valid())).status).toBe(403);
    });

    it('the active organization is named as well, where Clerk is asked for another reason', async () => {
      const member = clerk.signIn('ada', { organization: 'acme' });
      const cookie = `__session=${member.sessionToken}; __client_uat=1`;
      const asked = await handshake('/teams/acme?__clerk_db_jwt=dvb_1', cookie);
      expect(asked?.organization_id).toBe(isDevelopment ? 'acme' : undefined);
    });

    it('a refresh token is not spoken of where the token is no longer what matters', async () => {
      const { sessionToken } = ada;
      for (const [token, reason] of [
        [sessionToken, 'session-token-but-no-client-uat'],
        [
          clerk.mint({ session: ada, expiresIn: -60, issuedAt: -120 }),
          'session-token-but-no-client-uat',
        ],
      ] as const) {
        const asked = await handshake('/invoices', `__session=${token}; __client_uat=0`);
        expect(asked?.__clerk_hs_reason).toBe(reason);
      }
      const refused = await handshake('/refused/token_expired', valid());
      expect(refused?.__clerk_hs_reason).toBe('session-token-expired');
    });

    it('what a handler refuses is treated as if the guard had', async () => {
      expect(await handshake('/refused/session_not_active', valid())).toMatchObject({
        __clerk_hs_reason: 'session-token-iat-before-client-uat',
      });
      expect(await handshake('/refused/session_required', valid())).toBeNull();
      for (const cookie of [valid(), `${valid()}; __clerk_sign_in_count=1`]) {
        expect((await ask('/refused/session_required', cookie)).location).toMatch(/sign-in/);
      }
      const fetched = await ask('/refused/session_not_active', valid(), FETCH);
      expect({ status: fetched.status, to: fetched.location }).toEqual({ status: 401 });
      const again = `${valid()}; __clerk_redirect_count=3`;
      expect(await handshake('/refused/session_not_active', again)).toBeNull();
      expect((await ask('/refused/session_not_active', again)).status).toBe(401);
    });
  });

  describe('where pages are not of a listed origin', () => {
    const clock = new HandClock();
    let clerk: LocalClerk;
    let pages: PageApp;
    let listed: PageApp;

    beforeAll(async () => {
      clerk = await LocalClerk.start({ now: clock.now, instanceType: 'production' });
      const authorizedParties = ['https://elsewhere.example'];
      listed = await startPages(adapter, clerk, { now: clock.now });
      pages = await startPages(adapter, clerk, { now: clock.now, clerk: { authorizedParties } });
    });

    afterAll(async () => {
      for (const { app } of [pages, listed]) await app.close();
      await clerk.stop();
    });

    it('one of several that are listed is enough', async () => {
      const origin = 'https://app.example.com';
      const authorizedParties = ['https://elsewhere.example', origin];
      const options = { now: clock.now, clerk: { authorizedParties } };
      const one = await startPages(adapter, clerk, { ...options, pages: { origin } });
      const none = await startPages(adapter, clerk, options);
      const statuses = [one, none].map(async ({ at }) => {
        const { status } = await new PageBrowser(clock.now).ask(at('/invoices'));
        return status;
      });
      expect(await Promise.all(statuses)).toEqual([307, 401]);
      for (const { app } of [one, none]) await app.close();
    });

    it('htmx is not told to come anew', async () => {
      const headers = { ...FETCH, 'hx-request': 'true' };
      const told = async (where: PageApp) => {
        const { status, headers: said } = await new PageBrowser(clock.now).ask(
          where.at('/invoices'),
          { headers },
        );
        return [status, said['hx-refresh'], said['set-cookie']];
      };
      expect(await told(pages)).toEqual([401, undefined, undefined]);
      expect(await told(listed)).toEqual([
        401,
        'true',
        [expect.stringMatching(/^__clerk_htmx_count=1;/)],
      ]);
    });

    it('no token is refreshed: it would not count', async () => {
      const browser = new PageBrowser(clock.now);
      const offered = await browser.open(listed.at('/invoices'));
      await browser.open(offered.url, { form: { user: 'ada' } });
      clock.forward(5 * 60_000);
      const azp = 'https://elsewhere.example';
      const ada = clerk.signIn('ada');
      const token = clerk.mint({
        ...{ session: ada, expiresIn: -60, issuedAt: -120, claims: { azp } },
      });
      const refresh = browser.cookiesFor(listed.at('/'))?.match(/__refresh[\w-]*=[^;]+/)?.[0] ?? '';
      const cookie = `__session=${token}; __client_uat=1; ${refresh}`;
      const asked = () => clerk.callsTo(/\/refresh$/).length;
      expect(refresh).not.toBe('');

      const { status } = await browser.ask(pages.at('/invoices'), { headers: { cookie } });
      expect({ status, asked: asked() }).toEqual({ status: 401, asked: 0 });
      await browser.ask(listed.at('/invoices'), { headers: { cookie } });
      expect(asked()).toBe(1);
    });
  });

  it('two people whose tokens are refreshed at the same time are each who they are', async () => {
    const clock = new HandClock();
    const clerk = await LocalClerk.start({ now: clock.now, instanceType: 'production' });
    const pages = await startPages(adapter, clerk, { now: clock.now });
    const signIn = async (user: string) => {
      const browser = new PageBrowser(clock.now);
      const offered = await browser.open(pages.at('/invoices'));
      const { text } = await browser.open(offered.url, { form: { user } });
      return { browser, text };
    };
    const [ada, bob] = [await signIn('ada'), await signIn('bob')];
    expect(ada.text).not.toBe(bob.text);
    clock.forward(5 * 60_000);

    const shown = await Promise.all(
      [ada, bob].map(({ browser }) => browser.ask(pages.at('/invoices'))),
    );

    expect(shown.map(({ status, text }) => ({ status, text }))).toEqual([
      { status: 200, text: ada.text },
      { status: 200, text: bob.text },
    ]);
    expect(clerk.callsTo(/\/refresh$/)).toHaveLength(2);
    await pages.app.close();
    await clerk.stop();
  });
});
