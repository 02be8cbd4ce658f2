import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { askBackend, codeOf } from '../support/ask-backend.js';
import { LocalBrowser } from '../support/local-browser.js';

describe('LocalClerk tells both its APIs the same', () => {
  let clerk: LocalClerk;
  let browser: LocalBrowser;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
  });

  beforeEach(async () => {
    browser = await LocalBrowser.open(clerk);
    clerk.forgetCalls();
  });

  afterAll(async () => {
    await clerk.stop();
  });

  /** What a server reads from the browser's cookie. */
  const clientToken = async (): Promise<string> => {
    const cookie = (await browser.ask('/client')).headers.get('set-cookie') ?? '';
    return /^__client=([^;]+); Path=\/; HttpOnly; SameSite=Lax$/.exec(cookie)?.[1] ?? '';
  };

  describe('what the browser does, the Backend API knows', () => {
    it('its client and its sessions, by the client token', async () => {
      const ada = await browser.signIn('ada@example.com');
      const bob = await browser.signIn('bob@example.com');
      await browser.ask(`/client/sessions/${ada}/touch`, { fields: {} });
      const { body } = await askBackend(clerk, '/v1/clients/verify', {
        token: await clientToken(),
      });
      expect(body).toMatchObject({
        id: (await browser.client()).id,
        session_ids: [ada, bob],
        last_active_session_id: ada,
      });
    });

    it('a session that was signed out', async () => {
      const ada = await browser.signIn('ada@example.com');
      await browser.ask(`/client/sessions/${ada}/remove`, { fields: {} });
      const { body } = await askBackend(clerk, `/v1/sessions/${ada}`);
      expect(body).toMatchObject({ id: ada, status: 'removed' });
      const told = await askBackend(clerk, '/v1/clients/verify', { token: await clientToken() });
      expect(told.body).toMatchObject({ session_ids: [ada], last_active_session_id: null });
    });

    it('and the same of the session and of its user', async () => {
      const ada = await browser.signIn('ada@example.com');
      const session = await browser.tell(`/client/sessions/${ada}`);
      const backend = (await askBackend(clerk, `/v1/sessions/${ada}`)).body;
      const user = (await askBackend(clerk, `/v1/users/${String(backend.user_id)}`)).body;
      expect(session).toMatchObject(common(backend, session));
      expect(session.user).toMatchObject(common(user, session.user as object));
      expect(Object.keys(common(backend, session)).length).toBeGreaterThan(9);
      expect(Object.keys(common(user, session.user as object)).length).toBeGreaterThan(20);
    });
  });

  describe('what happens elsewhere, the browser learns', () => {
    it('a session revoked over the Backend API', async () => {
      const ada = await browser.signIn('ada@example.com');
      const bob = await browser.signIn('bob@example.com');
      await askBackend(clerk, `/v1/sessions/${bob}/revoke`, {});
      const told = await browser.token(bob);
      expect([told.status, codeOf(told)]).toEqual([401, 'authentication_invalid']);
      expect(await browser.client()).toMatchObject({ sessions: [{ id: ada }] });
    });

    it('somebody whom a test signs in there', async () => {
      const ada = await browser.signIn('ada@example.com');
      const bob = clerk.signIn('bob', { client: clerk.session(ada).clientId });
      expect(await browser.client()).toMatchObject({
        last_active_session_id: bob.sessionId,
        sessions: [{ id: ada }, { id: bob.sessionId }],
      });
      expect((await browser.token(bob.sessionId)).status).toBe(200);
    });

    it('whom a test makes the last active one, and that nobody is', async () => {
      const ada = await browser.signIn('ada@example.com');
      await browser.signIn('bob@example.com');
      clerk.activate(ada);
      expect(await browser.client()).toMatchObject({ last_active_session_id: ada });
      clerk.setLastActive(clerk.session(ada).clientId, null);
      expect(await browser.client()).toMatchObject({ last_active_session_id: null });
    });

    it('a pending session, which is not over', async () => {
      const ada = await browser.signIn('ada@example.com');
      clerk.setStatus(ada, 'pending');
      expect(await browser.client()).toMatchObject({ sessions: [{ id: ada, status: 'pending' }] });
      expect((await browser.token(ada)).status).toBe(200);
    });

    it('another signing key', async () => {
      await using rotating = await LocalClerk.start();
      const visitor = await LocalBrowser.open(rotating);
      const session = await visitor.signIn('ada@example.com');
      const kid = async (): Promise<string> =>
        Buffer.from(
          String((await visitor.token(session)).body.jwt).split('.')[0] ?? '',
          'base64url',
        ).toString();
      const before = await kid();
      rotating.rotateKey();
      expect(await kid()).not.toBe(before);
    });
  });

  describe('an outage', () => {
    it('is of the Backend API alone: the browser notices nothing', async () => {
      const ada = await browser.signIn('ada@example.com');
      clerk.outage('unavailable');
      try {
        expect((await askBackend(clerk, '/v1/jwks')).status).toBe(503);
        expect((await browser.token(ada)).status).toBe(200);
        expect((await browser.ask('/environment')).status).toBe(200);
      } finally {
        clerk.outage(false);
      }
    });

    it('is of both if so wished, until it is over', async () => {
      const ada = await browser.signIn('ada@example.com');
      clerk.outage('unavailable', { frontendApi: true, retryAfter: 7 });
      const told = await browser.token(ada);
      expect([told.status, codeOf(told)]).toEqual([503, 'service_unavailable']);
      expect(told.headers.get('retry-after')).toBe('7');
      expect(told.headers.get('access-control-allow-origin')).toBe(browser.origin);
      expect((await askBackend(clerk, '/v1/jwks')).status).toBe(503);

      clerk.outage('refuse', { frontendApi: true });
      await expect(browser.token(ada)).rejects.toThrow();
      clerk.outage('unavailable');
      expect((await browser.token(ada)).status).toBe(200);
      clerk.outage('unavailable', { frontendApi: true });
      clerk.outage(false);
      expect((await browser.token(ada)).status).toBe(200);
    });
  });

  it.each([
    ['{"on":true}', 200],
    ['{"on":true,"frontendApi":true}', 503],
    ['on=true&frontendApi=true', 503],
    ['{"on":true,"frontendApi":false}', 200],
  ])('an outage by curl: -d %j leaves the browser %i', async (body, status) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await fetch(`${clerk.url}/_local/outage`, { method: 'POST', headers, body });
    const told = await browser.ask('/environment');
    clerk.outage(false);
    expect(told.status).toBe(status);
  });

  it('and counts as calls only those to the Backend API', async () => {
    await browser.signIn('ada@example.com');
    await browser.client();
    expect(clerk.callCount).toBe(0);
    await askBackend(clerk, '/v1/clients/verify', { token: await clientToken() });
    expect(clerk.calls).toMatchObject([{ path: '/v1/clients/verify' }]);
  });
});

/** The halves of Clerk themselves differ in what they tell of these. */
const TOLD_OTHERWISE = ['email_addresses', 'organization_memberships'];

/** What the first says of members that the second has as well. */
function common(first: object, second: object): object {
  const entries = Object.entries(first).filter(([name]) => name in second);
  return Object.fromEntries(entries.filter(([name]) => !TOLD_OTHERWISE.includes(name)));
}
