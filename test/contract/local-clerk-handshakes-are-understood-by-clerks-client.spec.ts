import { createClerkClient } from '@clerk/backend';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { CookieJar } from '../support/cookie-jar.js';
import { goTo } from '../support/handshake.js';

const APP = 'http://127.0.0.1:3000';
const PAGE = `${APP}/invoices?q=1`;

describe.each(['development', 'production'] as const)(
  'LocalClerk’s handshakes are understood by @clerk/backend, in %s',
  (instanceType) => {
    let clerk: LocalClerk;
    let jar: CookieJar;

    beforeAll(async () => {
      clerk = await LocalClerk.start({ instanceType });
    });

    beforeEach(() => {
      jar = new CookieJar();
    });

    afterAll(async () => {
      await clerk.stop();
    });

    /** What Clerk's own server side says to the browser. Its answers set cookies whatever it says. */
    async function authenticate(url: string, extra: Record<string, string> = {}) {
      const client = createClerkClient({
        secretKey: clerk.secretKey,
        publishableKey: clerk.publishableKey,
        apiUrl: clerk.url,
        telemetry: { disabled: true },
      });
      const headers = { cookie: jar.header, 'sec-fetch-dest': 'document', ...extra };
      const asked = new Request(url, { headers });
      const organizationSyncOptions = { organizationPatterns: ['/orgs/:slug', '/orgs/:slug/(.*)'] };
      const state = await client.authenticateRequest(asked, {
        proxyUrl: clerk.url,
        organizationSyncOptions,
      });
      jar.keep(state.headers.getSetCookie());
      return state;
    }

    /** Follows every redirect, as a browser does. */
    async function visit(url: string) {
      const way: string[] = [];
      for (let at = url, hop = 0; hop < 8; hop += 1) {
        if (at.startsWith(clerk.url)) {
          const answer = await goTo(at, { headers: { cookie: jar.header } });
          jar.keep(answer.cookies);
          way.push(new URL(at).pathname);
          at = answer.location;
          continue;
        }
        const state = await authenticate(at);
        way.push(state.reason ?? state.status);
        const next = state.headers.get('location');
        if (next === null) return { state, way, url: at };
        at = next;
      }
      throw new Error(`It never ended: ${way.join(', ')}`);
    }

    async function signIn(user = 'ada'): Promise<string> {
      const url = `${clerk.signInUrl}?redirect_url=${encodeURIComponent(PAGE)}`;
      const { location, cookies } = await goTo(url, {
        method: 'POST',
        headers: { cookie: jar.header },
        body: new URLSearchParams({ user }),
      });
      jar.keep(cookies);
      return location;
    }

    it('somebody signs in, and comes back to the page signed in', async () => {
      const { state, url } = await visit(await signIn());
      expect(state.status).toBe('signed-in');
      expect(state.toAuth()).toMatchObject({ userId: clerk.signIn('ada').userId });
      expect(url).toBe(PAGE);
    });

    it('a stranger is signed out after it, and not sent on', async () => {
      if (instanceType === 'production') jar.set('__client_uat', '1');
      const { state, way } = await visit(PAGE);
      expect(state.status).toBe('signed-out');
      expect(way.filter((step) => step === '/v1/client/handshake')).toHaveLength(1);
    });

    it('an expired token is exchanged', async () => {
      await visit(await signIn());
      const before = (await authenticate(PAGE)).toAuth() as { sessionId: string };
      expireTokens(before.sessionId);
      jar.drop(refreshName());
      const { state, way, url } = await visit(PAGE);
      expect([state.status, url]).toEqual(['signed-in', PAGE]);
      expect(way[0]).toMatch(/^session-token-expired-refresh-non-eligible-no-refresh-cookie$/);
      expect(state.toAuth()).toMatchObject({ sessionId: before.sessionId });
    });

    it('somebody whose session ended is signed out', async () => {
      await visit(await signIn());
      const { sessionId } = (await authenticate(PAGE)).toAuth() as { sessionId: string };
      clerk.revoke(sessionId);
      expireTokens(sessionId);
      jar.drop(refreshName());
      const { state } = await visit(PAGE);
      expect(state.status).toBe('signed-out');
      expect(jar.names).not.toContain('__session');
    });

    it('the organization of the address becomes the active one', async () => {
      clerk.joinOrganization('ada', 'acme');
      await visit(await signIn());
      const { state, way, url } = await visit(`${APP}/orgs/acme`);
      expect(way[0]).toBe('active-organization-mismatch');
      expect([state.toAuth(), url]).toEqual([
        expect.objectContaining({ orgSlug: 'acme' }),
        `${APP}/orgs/acme`,
      ]);
    });

    it('the older form says the same', async () => {
      await signIn();
      const query = new URLSearchParams({ redirect_url: PAGE });
      const id = /__clerk_db_jwt=([^&]+)/.exec(await signIn())?.[1];
      if (id !== undefined) query.set('__clerk_db_jwt', id);
      const { state, url } = await visit(`${clerk.url}/v1/client/handshake?${query.toString()}`);
      expect([state.status, url]).toEqual(['signed-in', PAGE]);
    });

    it('somebody signs out, and is signed out on the page', async () => {
      await visit(await signIn());
      const url = `${clerk.url}/sign-out?redirect_url=${encodeURIComponent(PAGE)}`;
      const left = await goTo(url, { method: 'POST', headers: { cookie: jar.header } });
      jar.keep(left.cookies);
      const { state } = await visit(left.location);
      expect(state.status).toBe('signed-out');
    });

    if (instanceType === 'production') {
      describe('with a refresh token', () => {
        it('an expired token is exchanged on the spot', async () => {
          await visit(await signIn());
          const { sessionId } = (await authenticate(PAGE)).toAuth() as { sessionId: string };
          expireTokens(sessionId);
          const { state, way } = await visit(PAGE);
          expect(way).toEqual(['signed-in']);
          expect(state.toAuth()).toMatchObject({ sessionId });
          expect((await authenticate(PAGE)).status).toBe('signed-in');
        });

        it.each([
          ['session_inactive', (sessionId: string) => clerk.revoke(sessionId)],
          ['refresh_token_invalid', () => jar.set(refreshName(), 'rft_forged')],
        ])('%s makes it a handshake', async (code, spoil) => {
          await visit(await signIn());
          const { sessionId } = (await authenticate(PAGE)).toAuth() as { sessionId: string };
          expireTokens(sessionId);
          spoil(sessionId);
          const { way } = await visit(PAGE);
          expect(way[0]).toBe(`session-token-expired-refresh-${code}`);
        });
      });
    }

    const refreshName = () => jar.names.find((name) => name.startsWith('__refresh_')) ?? '';

    function expireTokens(session: string): void {
      const token = clerk.mint({ session, expiresIn: -60, issuedAt: -120, claims: { azp: APP } });
      for (const name of jar.names.filter((one) => one.startsWith('__session'))) {
        jar.set(name, token);
      }
      for (const name of jar.names.filter((one) => one.startsWith('__client_uat'))) {
        jar.set(name, '1');
      }
    }
  },
);
