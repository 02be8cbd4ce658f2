import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { cookieSuffixOf } from '../../src/config/publishable-key.js';
import { askBackend, codeOf } from '../support/ask-backend.js';
import { HandClock } from '../support/hand-clock.js';
import { directivesOf, nonceOf, shake, valueOf } from '../support/handshake.js';
import type { HandshakeQuery, Shaken } from '../support/handshake.js';
import { LocalBrowser } from '../support/local-browser.js';

const APP = 'http://127.0.0.1:3000';
const PAGE = `${APP}/invoices?q=a%20b&tag=%2B#top`;
const YEAR = 'Max-Age=31536000; SameSite=Lax';
const GONE = 'Max-Age=0; SameSite=Lax';

describe('LocalClerk speaks the handshake', () => {
  const clock = new HandClock(Date.UTC(2026, 0, 1) + 500);
  const seconds = () => Math.floor(clock.now() / 1000);

  describe('of a development instance', () => {
    let clerk: LocalClerk;
    let suffix: string;
    let browser: LocalBrowser;

    beforeAll(async () => {
      clerk = await LocalClerk.start({ now: clock.now });
      suffix = cookieSuffixOf(clerk.publishableKey);
    });

    beforeEach(async () => {
      browser = await LocalBrowser.open(clerk);
    });

    afterAll(async () => {
      await clerk.stop();
    });

    const shakeAs = (id: string, query: HandshakeQuery = {}) =>
      shake(clerk, { redirect_url: PAGE, __clerk_db_jwt: id, ...query });

    it('leads back to the page as it was written, with a nonce, past every cache', async () => {
      const { status, location, headers, cookies } = await shakeAs(browser.id);
      expect(status).toBe(307);
      expect(location).toMatch(
        /^http:\/\/127\.0\.0\.1:3000\/invoices\?q=a%20b&tag=%2B&__clerk_handshake_nonce=[\w-]{20,512}#top$/,
      );
      expect(headers.get('cache-control')).toBe('no-store');
      expect(cookies).toEqual([]);
    });

    it('tells who is signed in, plain and suffixed, for pages of that origin', async () => {
      const sessionId = await browser.signIn('ada@example.com');
      const lines = await directivesOf(clerk, await shakeAs(browser.id));
      const token = valueOf('__session', lines) ?? '';
      expect(lines).toEqual([
        `__clerk_db_jwt=${browser.id}; Path=/; ${YEAR}`,
        `__clerk_db_jwt_${suffix}=${browser.id}; Path=/; ${YEAR}`,
        `__client_uat=${String(seconds())}; Path=/; ${YEAR}`,
        `__client_uat_${suffix}=${String(seconds())}; Path=/; ${YEAR}`,
        `__session=${token}; Path=/; ${YEAR}`,
        `__session_${suffix}=${token}; Path=/; ${YEAR}`,
      ]);
      expect(decodeJwt(token)).toMatchObject({ sid: sessionId, azp: APP, iat: seconds() });
    });

    it('tells strangers that nobody is signed in, under an id of their own', async () => {
      for (const query of [{ __clerk_db_jwt: 'dvb_unknown' }, {}]) {
        const shaken = await shake(clerk, { redirect_url: PAGE, ...query });
        const lines = await directivesOf(clerk, shaken);
        const id = valueOf('__clerk_db_jwt', lines) ?? '';
        expect(id).toMatch(/^dvb_\w{27}$/);
        expect(lines.slice(2)).toEqual([
          `__client_uat=0; Path=/; ${YEAR}`,
          `__client_uat_${suffix}=0; Path=/; ${YEAR}`,
          `__session=; Path=/; ${GONE}`,
          `__session_${suffix}=; Path=/; ${GONE}`,
        ]);
        const again = await directivesOf(clerk, await shakeAs(id));
        expect(valueOf('__clerk_db_jwt', again)).toBe(id);
      }
    });

    it.each(['ended', 'removed', 'revoked', 'expired'] as const)(
      'tells nobody of a session that is %s',
      async (status) => {
        clerk.setStatus(await browser.signIn('ada@example.com'), status);
        const lines = await directivesOf(clerk, await shakeAs(browser.id));
        expect(valueOf('__session', lines)).toBe('');
        expect(valueOf('__client_uat', lines)).toBe('0');
      },
    );

    it('tells of a pending session, and that it is pending', async () => {
      clerk.setStatus(await browser.signIn('ada@example.com'), 'pending');
      const lines = await directivesOf(clerk, await shakeAs(browser.id));
      expect(decodeJwt(valueOf('__session', lines) ?? '')).toMatchObject({ sts: 'pending' });
    });

    it('tells of the last active session, and of the other one when that is over', async () => {
      const ada = await browser.signIn('ada@example.com');
      const bob = await browser.signIn('bob@example.com');
      const told = async () =>
        decodeJwt(valueOf('__session', await directivesOf(clerk, await shakeAs(browser.id))) ?? '');
      expect((await told()).sid).toBe(bob);
      clerk.activate(ada);
      expect((await told()).sid).toBe(ada);
      clerk.revoke(ada);
      expect((await told()).sid).toBe(bob);
    });

    it('marks cookies of an https page as such', async () => {
      const shaken = await shakeAs(browser.id, { redirect_url: 'https://localhost:3443/' });
      for (const line of await directivesOf(clerk, shaken)) expect(line).toMatch(/; Secure$/);
    });

    it('replaces what an earlier handshake left in the URL', async () => {
      const redirect_url = `${APP}/?__clerk_handshake_nonce=old&a=1`;
      const shaken = await shakeAs(browser.id, { redirect_url });
      expect(shaken.location).toBe(`${APP}/?a=1&__clerk_handshake_nonce=${nonceOf(shaken)}`);
    });

    it('speaks the older form too: all in one signed token', async () => {
      await browser.signIn('ada@example.com');
      const { location } = await shakeAs(browser.id, { format: 'token' });
      const token = new URL(location).searchParams.get('__clerk_handshake') ?? '';
      expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', cat: 'cl_B7d4PD111AAA' });
      expect(decodeJwt(token)).toEqual({
        handshake: expect.arrayContaining([expect.stringMatching(/^__session=ey/)]),
      });
    });

    describe('and switches the organization', () => {
      let ada: string;

      beforeEach(async () => {
        ada = await browser.signIn('ada@example.com');
        clerk.joinOrganization('ada', 'acme');
        clerk.setOrganization(ada, null);
      });

      const switchTo = async (organization_id: string) => {
        const shaken = await shakeAs(browser.id, { organization_id });
        const token = valueOf('__session', await directivesOf(clerk, shaken)) ?? '';
        const { o } = decodeJwt(token) as { o?: { slg: string } };
        return [o?.slg ?? null, clerk.session(ada).organizationId];
      };

      it('to one by slug or by id, and empty is the personal account', async () => {
        const { id } = clerk.organization('acme');
        expect(await switchTo('acme')).toEqual(['acme', id]);
        expect(await switchTo('')).toEqual([null, null]);
        expect(await switchTo(id)).toEqual(['acme', id]);
      });

      it.each(['umbrella', 'org_unknown', '__proto__'])(
        'but not to %s, of which the user is no member',
        async (other) => {
          clerk.organization('umbrella');
          await switchTo('acme');
          expect(await switchTo(other)).toEqual(['acme', clerk.organization('acme').id]);
        },
      );

      it('and leaves it alone where none is asked for', async () => {
        clerk.setOrganization(ada, 'acme');
        await shakeAs(browser.id);
        expect(clerk.session(ada).organizationId).toBe(clerk.organization('acme').id);
      });
    });

    it.each([
      'https://evil.example/',
      'http://127.0.0.1.evil.example/',
      'http://localhost@evil.example/',
      '//evil.example/',
      'javascript://localhost/%0aalert(1)',
      'file://localhost/etc/passwd',
      '/invoices',
      '',
    ])('sends nobody to %j', async (redirect_url) => {
      const { status, location } = await shakeAs(browser.id, { redirect_url });
      expect([status, location]).toEqual([400, '']);
    });

    it('sends nobody anywhere when no page is named', async () => {
      expect(await shake(clerk, {})).toMatchObject({ status: 400, location: '' });
    });

    it.each([
      'http://localhost:3000/',
      'http://127.0.0.2/',
      'http://[::1]:80/',
      'https://localhost/',
    ])('but sends browsers back to %s', async (redirect_url) => {
      const { status, location } = await shakeAs(browser.id, { redirect_url });
      expect(status).toBe(307);
      expect(location.startsWith(redirect_url)).toBe(true);
    });

    it('fails with the Frontend API, and not with the Backend API alone', async () => {
      clerk.outage(true);
      expect((await shakeAs(browser.id)).status).toBe(307);
      clerk.outage(true, { frontendApi: true });
      expect((await shakeAs(browser.id)).status).toBe(503);
      clerk.outage(false);
    });
  });

  describe('of a production instance', () => {
    let clerk: LocalClerk;
    let suffix: string;

    beforeAll(async () => {
      clerk = await LocalClerk.start({ instanceType: 'production', now: clock.now });
      suffix = cookieSuffixOf(clerk.publishableKey);
    });

    afterAll(async () => {
      await clerk.stop();
    });

    const shakeAs = (who: SignedIn, query: HandshakeQuery = {}) =>
      shake(clerk, { redirect_url: PAGE, ...query }, { cookie: `__client=${who.clientToken}` });

    it('leads back to the page as it is: a cookie that no script sees has the nonce', async () => {
      const shaken = await shakeAs(clerk.signIn('ada'));
      const { status, location, cookies } = shaken;
      expect([status, location]).toEqual([307, PAGE]);
      const nonce = nonceOf(shaken);
      expect(nonce).toMatch(/^[\w-]{20,512}$/);
      expect(cookies).toEqual([
        `__clerk_handshake_nonce=${nonce}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax`,
      ]);
    });

    it('knows the browser by the cookie of its client, and gives it a refresh token', async () => {
      const ada = clerk.signIn('ada');
      const lines = await directivesOf(clerk, await shakeAs(ada));
      const token = valueOf('__session', lines) ?? '';
      const refresh = valueOf(`__refresh_${suffix}`, lines) ?? '';
      expect(lines).toEqual([
        `__client_uat=${String(seconds())}; Path=/; ${YEAR}`,
        `__client_uat_${suffix}=${String(seconds())}; Path=/; ${YEAR}`,
        `__session=${token}; Path=/; ${YEAR}`,
        `__session_${suffix}=${token}; Path=/; ${YEAR}`,
        `__refresh_${suffix}=${refresh}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax`,
        `__clerk_handshake_nonce=; Path=/; ${GONE}`,
        `__clerk_handshake=; Path=/; ${GONE}`,
      ]);
      expect(decodeJwt(token)).toMatchObject({ sid: ada.sessionId, azp: APP, iss: clerk.issuer });
    });

    it('and by nothing else: an id in the query is no proof here', async () => {
      const other = await LocalBrowser.open(clerk);
      const query = { __clerk_db_jwt: other.id, __session: clerk.signIn('ada').sessionToken };
      for (const cookie of ['', '__client=', '__client=clt_forged', '__client=null']) {
        const shaken = await shake(clerk, { redirect_url: PAGE, ...query }, { cookie });
        const lines = await directivesOf(clerk, shaken);
        expect(valueOf('__session', lines)).toBe('');
        expect(valueOf('__client_uat', lines)).toBe('0');
        expect(valueOf(`__refresh_${suffix}`, lines)).toBe('');
        expect(valueOf('__clerk_db_jwt', lines)).toBeUndefined();
      }
    });

    it('speaks the older form too, as a cookie', async () => {
      const { location, cookies } = await shakeAs(clerk.signIn('ada'), { format: 'token' });
      expect(location).toBe(PAGE);
      const token = valueOf('__clerk_handshake', cookies) ?? '';
      expect(decodeJwt(token)).toEqual({
        handshake: expect.arrayContaining([expect.stringMatching(/^__session=ey/)]),
      });
    });
  });

  describe('and hands out what it came to', () => {
    let clerk: LocalClerk;

    beforeAll(async () => {
      clerk = await LocalClerk.start({ now: clock.now });
    });

    afterAll(async () => {
      await clerk.stop();
    });

    const payload = async (shaken: Shaken) => {
      const told = await askBackend(
        clerk,
        `/v1/clients/handshake_payload?nonce=${nonceOf(shaken)}`,
      );
      return told.status === 200 ? 200 : [told.status, codeOf(told)];
    };

    it('once', async () => {
      const shaken = await shake(clerk, { redirect_url: PAGE });
      expect(await payload(shaken)).toBe(200);
      expect(await payload(shaken)).toEqual([404, 'resource_not_found']);
    });

    it('for a minute', async () => {
      const first = await shake(clerk, { redirect_url: PAGE });
      const second = await shake(clerk, { redirect_url: PAGE });
      clock.forward(59_999);
      expect(await payload(first)).toBe(200);
      clock.forward(1);
      expect(await payload(second)).toEqual([404, 'resource_not_found']);
    });

    it('to nobody without the secret key, and it stays', async () => {
      const shaken = await shake(clerk, { redirect_url: PAGE });
      const url = `${clerk.url}/v1/clients/handshake_payload?nonce=${nonceOf(shaken)}`;
      const refused = await fetch(url, { headers: { authorization: 'Bearer sk_test_x' } });
      expect([refused.status, await refused.text()]).toEqual([
        401,
        expect.stringContaining('clerk_key_invalid'),
      ]);
      expect(await payload(shaken)).toBe(200);
    });

    it.each(['', '?nonce=', '?nonce=junk', '?nonce=__proto__'])(
      'for no nonce like %j',
      async (query) => {
        const { status } = await askBackend(clerk, `/v1/clients/handshake_payload${query}`);
        expect(status).toBe(query.length > 7 ? 404 : 400);
      },
    );

    it('and notes no nonce in the list of calls', async () => {
      clerk.forgetCalls();
      await payload(await shake(clerk, { redirect_url: PAGE }));
      expect(clerk.calls).toMatchObject([
        { path: '/v1/clients/handshake_payload', query: 'nonce=[redacted]' },
      ]);
    });
  });
});
