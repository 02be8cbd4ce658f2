import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Headers, UseGuards } from '@nestjs/common';
import {
  AuthGuard,
  CurrentSession,
  OptionalSession,
  RequireSession,
  type Session,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { HandClock } from '../support/hand-clock.js';
import { PageBrowser, type Hop } from '../support/page-browser.js';
import { PagesController, startPages, type PageApp } from '../support/page-app.js';
import { RecordedLog } from '../support/recorded-log.js';
import { ADAPTERS } from '../support/start-app.js';

const PAYLOADS = '/v1/clients/handshake_payload';

/** As many guards as somebody may write. */
@Controller('thrice')
@UseGuards(AuthGuard, AuthGuard)
class ThriceController {
  @Get()
  @UseGuards(AuthGuard)
  @RequireSession()
  thrice(@CurrentSession() session: Session): string {
    return `thrice ${session.userId}`;
  }
}

/** Shows which cookies a handler gets. */
@Controller('cookies')
class CookiesController {
  @Get()
  @OptionalSession()
  cookies(@Headers('cookie') cookie?: string): string {
    return cookie ?? 'no field';
  }
}

describe.each(ADAPTERS)('on %s', (adapter) => {
  const clock = new HandClock();
  const log = new RecordedLog();

  describe.each(['development', 'production'] as const)('of a %s instance', (instanceType) => {
    let clerk: LocalClerk;
    let other: LocalClerk;
    let pages: PageApp;
    let ada: SignedIn;
    let browser: PageBrowser;
    const isDevelopment = instanceType === 'development';

    beforeAll(async () => {
      clerk = await LocalClerk.start({ now: clock.now, instanceType });
      other = await LocalClerk.start({ now: clock.now, instanceType });
      pages = await startPages(adapter, clerk, {
        now: clock.now,
        controllers: [PagesController, ThriceController, CookiesController],
      });
      log.listen();
    });

    beforeEach(() => {
      clock.forward(60 * 60_000);
      browser = new PageBrowser(clock.now);
      ada = clerk.signIn('ada');
      clerk.forgetCalls();
      log.forget();
    });

    afterEach(() => {
      clerk.outage(false);
      expect(log.whole).not.toMatch(/eyJ|nonce_|__session=/);
    });

    afterAll(async () => {
      await pages.app.close();
      await clerk.stop();
      await other.stop();
    });

    const asked = () => clerk.callsTo(PAYLOADS).length;

    /** The expired token of somebody whom Clerk knows. */
    const expired = () => {
      const token = clerk.mint({ session: ada, expiresIn: -60, issuedAt: -120 });
      return `__session=${token}; __client_uat=1`;
    };

    const valid = () => {
      const token = clerk.mint({ session: ada, claims: { azp: pages.origin } });
      return `__session=${token}; __client_uat=1`;
    };

    /** Where something that comes back stands, beside other cookies. */
    async function bring(
      name: '__clerk_handshake' | '__clerk_handshake_nonce',
      value: string,
      { path = '/invoices', cookie = '' } = {},
    ): Promise<Hop & { text: string }> {
      if (isDevelopment) {
        const mark = path.includes('?') ? '&' : '?';
        return browser.ask(pages.at(`${path}${mark}${name}=${encodeURIComponent(value)}`), {
          headers: { cookie },
        });
      }
      return browser.ask(pages.at(path), { headers: { cookie: `${cookie}; ${name}=${value}` } });
    }

    const handshakeOf = (lines: readonly unknown[], more: object = {}) =>
      clerk.mint({
        claims: {
          ...{ handshake: lines, sub: undefined, sid: undefined, azp: undefined, exp: undefined },
          ...{ iat: undefined, nbf: undefined, ...more },
        },
      });

    const SENT = '__clerk_redirect_count=1';

    it('a handshake token in the older form is understood', async () => {
      const token = clerk.mint({ session: ada, claims: { azp: pages.origin } });
      const lines = [`__session=${token}; Path=/`, '__client_uat=1; Path=/'];
      const cookie = `${expired()}; ${SENT}`;
      const back = await bring('__clerk_handshake', handshakeOf(lines), {
        cookie,
        path: '/invoices?a=%20b',
      });
      expect(back.setCookie).toEqual(expect.arrayContaining(lines));
      if (isDevelopment) {
        expect({ status: back.status, to: back.location }).toEqual({
          status: 307,
          to: '/invoices?a=%20b',
        });
        expect(back.headers['cache-control']).toBe('no-store');
      } else {
        expect(back).toMatchObject({ status: 200, text: `invoices of ${ada.userId}` });
      }
    });

    it.each([
      ['of another instance', () => other.mint({ claims: { handshake: ['__session=x'] } })],
      [
        'of a JWT template',
        () =>
          clerk.mint({
            header: { cat: 'cl_B7d4PD222AAA' },
            claims: { handshake: ['a=b'], sid: undefined },
          }),
      ],
      [
        'that is a session token',
        () => clerk.mint({ session: ada, claims: { handshake: ['a=b'] } }),
      ],
      ['of a foreign key', () => clerk.mint({ key: 'foreign', claims: { handshake: ['a=b'] } })],
      [
        'without signature',
        () => clerk.mint({ algorithm: 'none', claims: { handshake: ['a=b'] } }),
      ],
      ['that is junk', () => 'a.b.c'],
      ['that is no token', () => '%00<script>'],
      ['whose lines are none', () => handshakeOf([{ a: 1 }])],
    ])('a handshake token %s sets nothing', async (_, made) => {
      const cookie = `${expired()}; ${SENT}`;
      const back = await bring('__clerk_handshake', made(), { cookie });
      expect(back.status).toBe(307);
      expect(back.location).toContain('/v1/client/handshake?');
      expect(back.setCookie).toEqual([expect.stringMatching(/^__clerk_redirect_count=2;/)]);
    });

    it.each([
      ['of somebody unknown', () => other.mint({ session: other.signIn('eve') })],
      [
        'for another origin',
        () => clerk.mint({ session: ada, claims: { aud: 'x' }, key: 'foreign' }),
      ],
      ['that has expired', () => clerk.mint({ session: ada, expiresIn: -60, issuedAt: -120 })],
    ])('a session %s does not come in with a handshake', async (_, made) => {
      const cookie = `${expired()}; ${SENT}`;
      const back = await bring(
        '__clerk_handshake',
        handshakeOf([`__session=${made()}; Path=/`, '__client_uat=1; Path=/']),
        { cookie },
      );
      expect(back.status).toBe(307);
      expect(back.setCookie).toEqual([expect.stringMatching(/^__clerk_redirect_count=2;/)]);
    });

    it('a line that is no line of printable ASCII is left out, and nothing breaks', async () => {
      const token = clerk.mint({ session: ada, claims: { azp: pages.origin } });
      const good = `__session=${token}; Path=/`;
      const bad = ['a=é; Path=/', 'b=\r\nc: d', 'no line', '=x', 'c=\u0000'];
      const cookie = `${expired()}; ${SENT}`;
      const back = await bring('__clerk_handshake', handshakeOf([good, ...bad]), { cookie });
      expect(back.status).toBe(isDevelopment ? 307 : 200);
      expect(back.setCookie.filter((line) => !line.startsWith('__clerk_'))).toEqual([good]);
    });

    it.each(['', 'a b', '../x', 'a/b', 'x'.repeat(513), '<script>', 'a%2Fb'])(
      'a nonce such as %p is not asked about',
      async (nonce) => {
        const back = await bring('__clerk_handshake_nonce', nonce, {
          cookie: `${expired()}; ${SENT}`,
        });
        expect(back.status).toBe(307);
        expect(asked()).toBe(0);
      },
    );

    it('a stale nonce sets nothing: Clerk is asked once more, and then the browser is', async () => {
      const cookie = `${expired()}; ${SENT}`;
      const back = await bring('__clerk_handshake_nonce', 'stale', { cookie });
      expect(back.location).toContain('/v1/client/handshake?');
      expect(asked()).toBe(1);
      await bring('__clerk_handshake_nonce', 'stale', { cookie });
      expect(asked()).toBe(1);
    });

    it('a nonce is not asked about while the cookies are good, unless we sent for it', async () => {
      const back = await bring('__clerk_handshake_nonce', 'foreign', { cookie: valid() });
      expect(back).toMatchObject({ status: 200, text: `invoices of ${ada.userId}` });
      expect(asked()).toBe(0);
      const sent = await bring('__clerk_handshake_nonce', 'stale', {
        cookie: `${valid()}; ${SENT}`,
      });
      expect(sent).toMatchObject({ status: 200, text: `invoices of ${ada.userId}` });
      expect(asked()).toBe(1);
    });

    it('a nonce is looked at on navigations alone', async () => {
      const url = pages.at('/invoices?__clerk_handshake_nonce=abc');
      for (const visiting of [{ headers: { 'sec-fetch-dest': 'empty' } }, { form: { a: 'b' } }]) {
        const cookie = `${expired()}; ${SENT}; __clerk_handshake_nonce=abc`;
        const headers = { ...visiting.headers, cookie };
        expect((await browser.ask(url, { ...visiting, headers })).status).toBe(401);
      }
      expect(asked()).toBe(0);
    });

    it('an outage when it matters is 503, and a guest where that will do, with one warning', async () => {
      clerk.outage(true);
      const cookie = `${expired()}; ${SENT}`;
      const required = await bring('__clerk_handshake_nonce', 'one', { cookie });
      expect({ status: required.status, to: required.location }).toEqual({ status: 503 });
      const optional = await bring('__clerk_handshake_nonce', 'two', { cookie, path: '/' });
      expect(optional).toMatchObject({ status: 200, text: 'home of a guest' });
      expect(log.said('warn')).toHaveLength(1);
    });

    it('what a live route cannot ask about is 503, and no cookie is set', async () => {
      const token = clerk.mint({ session: ada, claims: { azp: pages.origin } });
      const lines = [`__session=${token}; Path=/`, '__client_uat=1; Path=/'];
      clerk.outage(true);
      const back = await bring('__clerk_handshake', handshakeOf(lines), {
        cookie: `${expired()}; ${SENT}`,
        path: '/live',
      });
      expect(back).toMatchObject({ status: 503, location: undefined, setCookie: [] });
    });

    it('signed out by the word of Clerk: an empty session is none, and its line is obeyed', async () => {
      const own = 'not__session=1; Path=/';
      const lines = ['__session=; Path=/', '__client_uat=0; Path=/', own];
      const back = await bring('__clerk_handshake', handshakeOf(lines), {
        cookie: `${expired()}; ${SENT}`,
        path: '/',
      });
      expect(back.setCookie.slice(0, 3)).toEqual(lines);
      if (isDevelopment) expect(back).toMatchObject({ status: 307, location: '/' });
      else expect(back).toMatchObject({ status: 200, text: 'home of a guest' });
    });

    it('however many guards there are, a nonce is spent once', async () => {
      const offered = await browser.open(pages.at('/thrice'));
      const back = await browser.open(offered.url, { form: { user: 'ada' } });
      expect(back).toMatchObject({ status: 200, url: pages.at('/thrice') });
      const spent = asked();
      browser.forget('__refresh');
      clock.forward(5 * 60_000);
      expect(await browser.open(pages.at('/thrice'))).toMatchObject({
        status: 200,
        text: back.text,
      });
      expect(asked()).toBe(spent + 1);
    });

    if (isDevelopment) {
      it('an empty handshake token is none', async () => {
        const back = await bring('__clerk_handshake', '', { cookie: expired() });
        expect(back.location).toContain('/v1/client/handshake?');
      });

      it('the nonce of somebody else, who sent a link, is not asked about', async () => {
        const url = pages.at('/invoices?__clerk_handshake_nonce=theirs');
        for (const cookie of [expired(), '']) {
          const back = await browser.ask(url, { headers: { cookie } });
          expect({ status: back.status, to: back.location }).toEqual({ status: 401 });
        }
        expect(asked()).toBe(0);
        expect(log.said('warn')).toHaveLength(1);
      });
    } else {
      it('a handler gets the cookies that the browser will have, and no field where it will have none', async () => {
        const gone = ['__session', '__client_uat'].map((name) => `${name}=; Path=/; Max-Age=0`);
        const over = handshakeOf(gone);
        const cookie = expired();
        expect(await bring('__clerk_handshake', over, { cookie, path: '/cookies' })).toMatchObject({
          status: 200,
          text: 'no field',
          setCookie: gone,
        });
        const more = { cookie: `${cookie}; theme=dark`, path: '/cookies' };
        expect((await bring('__clerk_handshake', over, more)).text).toBe('theme=dark');
      });

      it('a nonce is asked about whether or not the count is still there', async () => {
        await bring('__clerk_handshake_nonce', 'uncounted', { cookie: expired() });
        expect(asked()).toBe(1);
      });

      it('nonce and handshake token in the URL are nothing, with whatever cookies', async () => {
        const lines = [`__session=${clerk.mint({ session: ada })}; Path=/`];
        for (const query of [
          '__clerk_handshake_nonce=theirs',
          `__clerk_handshake=${handshakeOf(lines)}`,
          '__clerk_db_jwt=dvb_theirs',
        ]) {
          const url = pages.at(`/?${query}`);
          for (const cookie of ['', SENT]) {
            const { status, text, setCookie } = await browser.ask(url, { headers: { cookie } });
            expect({ status, text, setCookie }).toEqual({
              status: 200,
              text: 'home of a guest',
              setCookie: [],
            });
          }
        }
        expect(asked()).toBe(0);
      });
    }
  });
});
