import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { askBackend, codeOf } from '../support/ask-backend.js';
import { LocalBrowser } from '../support/local-browser.js';

describe('LocalClerk speaks the Frontend API', () => {
  let clerk: LocalClerk;
  let browser: LocalBrowser;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    browser = await LocalBrowser.open(clerk);
  });

  afterAll(async () => {
    await clerk.stop();
  });

  describe('to everybody, without any key', () => {
    it.each(['GET', 'PATCH'])('%s /v1/environment tells what this instance is like', async (by) => {
      const url = `${clerk.url}/v1/environment${by === 'PATCH' ? '?_method=PATCH' : ''}`;
      const response = await fetch(url, {
        method: by === 'PATCH' ? 'POST' : 'GET',
        headers: { origin: 'http://localhost:3000' },
      });
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await response.json()).toMatchObject({
        object: 'environment',
        auth_config: { single_session_mode: false },
        display_config: {
          instance_environment_type: 'development',
          sign_in_url: 'http://localhost:3000/sign-in',
        },
        user_settings: {
          attributes: { email_address: { enabled: true }, password: { enabled: true } },
          sign_up: { mode: 'public', captcha_enabled: false },
        },
        organization_settings: { enabled: true },
      });
    });

    it('POST /v1/dev_browser gives every browser an id of its own', async () => {
      const open = async (): Promise<unknown> =>
        (await fetch(`${clerk.url}/v1/dev_browser`, { method: 'POST' })).json();
      const first = await open();
      expect(first).toMatchObject({ id: expect.stringMatching(/^dvb_\w{27}$/) });
      expect(await open()).not.toEqual(first);
    });
  });

  describe('to a browser by its id', () => {
    it('which has no client before somebody tries to sign in', async () => {
      expect((await browser.ask('/client')).body).toEqual({ response: null, client: null });
      expect((await browser.ask('/client')).headers.get('set-cookie')).toBeNull();
    });

    it('which gets a client when it asks for one, and always the same', async () => {
      const other = await LocalBrowser.open(clerk);
      const opened = await other.tell('/client', { method: 'PUT' });
      expect(opened).toMatchObject({ object: 'client', sessions: [], sign_in: null });
      expect(await other.tell('/client', { method: 'PUT' })).toMatchObject({ id: opened.id });
      expect(await other.client()).toMatchObject({ id: opened.id });
    });

    it.each(['dvb_unknown', '', 'client_1', '__proto__'])(
      'and to no other: %j is 401, in a way that makes clerk-js ask for a new id',
      async (id) => {
        const stranger = new LocalBrowser(clerk, id);
        for (const path of ['/client', '/client/sign_ins', '/me', '/client/nothing']) {
          const told = await stranger.ask(path);
          expect([told.status, codeOf(told)]).toEqual([401, 'dev_browser_unauthenticated']);
        }
      },
    );

    it("and not by another LocalClerk's", async () => {
      await using other = await LocalClerk.start();
      const stranger = new LocalBrowser(other, browser.id);
      expect((await stranger.ask('/client')).status).toBe(401);
    });
  });

  describe('and keeps it apart from the Backend API', () => {
    it.each(['/v1/clients', '/v1/clients/verify', '/v1/sessions/x', '/v1/meadow', '/v1/jwks'])(
      '%s is the Backend API, which needs its key',
      async (path) => {
        const response = await fetch(`${clerk.url}${path}?__clerk_db_jwt=${browser.id}`);
        expect(await response.text()).toContain('clerk_key_invalid');
      },
    );

    it('the secret key opens nothing here', async () => {
      const told = await askBackend(clerk, '/v1/client');
      expect([told.status, codeOf(told)]).toEqual([401, 'dev_browser_unauthenticated']);
    });
  });

  describe('with clerk-js’ way of saying methods', () => {
    it('a POST may mean another method', async () => {
      const other = await LocalBrowser.open(clerk);
      await other.signIn('ada@example.com');
      await other.ask('/client/sessions', { fields: {}, method: 'DELETE' });
      expect((await other.client()).sessions).toEqual([]);
    });

    it('a GET never does: a link must not sign anybody out', async () => {
      const other = await LocalBrowser.open(clerk);
      await other.signIn('ada@example.com');
      const told = await other.ask('/client/sessions', { query: { _method: 'DELETE' } });
      expect(told.status).toBe(404);
      expect((await other.client()).sessions).toHaveLength(1);
    });

    it('the method itself will do as well', async () => {
      const url = `${clerk.url}/v1/client?__clerk_db_jwt=${browser.id}`;
      expect((await fetch(url, { method: 'DELETE' })).status).toBe(200);
    });
  });

  it.each(['/client/nothing', '/client/', '/me/nothing', '/client/sessions', '/environment/x'])(
    'answers 404 resource_not_found at /v1%s',
    async (path) => {
      const told = await browser.ask(path, {
        headers: { authorization: `Bearer ${clerk.secretKey}` },
      });
      expect([told.status, codeOf(told)]).toEqual([404, 'resource_not_found']);
    },
  );

  it('answers 400 to a body that is neither a form nor JSON', async () => {
    const url = `${clerk.url}/v1/client/sign_ins?__clerk_db_jwt=${browser.id}`;
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: '{' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('request_body_invalid');
  });
});
