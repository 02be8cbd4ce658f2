import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { askRaw } from '../support/ask-raw.js';
import { expectRefused, expectUser } from '../support/expect-answer.js';
import { handled } from '../support/probe-controller.js';
import { ADAPTERS } from '../support/start-app.js';
import { startProbe } from '../support/start-probe.js';

// Guards that compare the text of a URL are passed by its other spellings (CVE-2026-41248); ours reads the route.
const SPELLINGS = [
  '/%6de',
  '/m%65',
  '/%6D%65',
  '/%256de',
  '//me',
  '///me',
  '/me//',
  '/ME',
  '/Me',
  '/me/',
  '/me/.',
  '/./me',
  '/x/../me',
  '/public/../me',
  '/public/..%2fme',
  '/%2e/me',
  '/public/%2e%2e/me',
  '\\me',
  '/\\me',
  '/me;x',
  '/me;/public',
  '/me;a=/public',
  '/me?',
  '/me?x=/public',
  '/me?/public',
  '/me#',
  '/me#/public',
  '/me%2f',
  '/me%2F..%2Fpublic',
  '/me%20',
  '/me%00',
  '/me%00public',
  '/me%',
  '/me%zz',
  '/me%E0%A4%A',
  '/me.json',
  '/me\xa0',
  '/m\u0000e',
  '/',
  '//',
  '*',
  'me',
  'http://127.0.0.1/me',
  'http://evil.test/me',
  'http://evil.test//me',
  'https://ada:secret@127.0.0.1/me',
];

const METHODS = ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];

/** Headers by which proxies and other middleware are told to take another URL, method or user. */
const DISGUISES = [
  'X-Original-URL: /public',
  'X-Rewrite-URL: /public',
  'X-Forwarded-Prefix: /public',
  'X-HTTP-Method-Override: OPTIONS',
  'X-Middleware-Subrequest: middleware:middleware:middleware',
  'X-Clerk-Auth-Status: signed-in',
  'X-Forwarded-User: ada',
  'X-User-Id: user_1',
  'Upgrade: websocket',
];

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    app = await startProbe(adapter, clerk);
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
  });

  it.each(SPELLINGS)('GET %s', async (target) => {
    const stranger = await askRaw(app, target);
    expect(handled).toEqual([]);
    expect([400, 401, 404]).toContain(stranger.status);
    // Wherever the adapter leads with a session, a handler that runs knows who it runs for.
    const { status, text } = await askRaw(app, target, [`Authorization: ${ada.header}`]);
    if (stranger.status === 401)
      expect({ status, handled }).toEqual({ status: 200, handled: ['me'] });
    expect(handled.length).toBe(status === 200 ? 1 : 0);
    if (status === 200) expect(text).toBe(JSON.stringify({ user: ada.userId }));
  });

  it('at least one other spelling leads to the handler, so that the guard was truly tried', async () => {
    const spelled = adapter === 'express' ? '/ME/' : '/%6de';
    expectRefused(await askRaw(app, spelled), 'session_required');
    expectUser(await askRaw(app, spelled, [`Authorization: ${ada.header}`]), ada.userId);
  });

  it.each(METHODS)('%s /me', async (method) => {
    const { status } = await askRaw(app, '/me', ['Content-Length: 0'], method);
    expect(handled).toEqual([]);
    expect([200, 204, 400, 401, 404, 405]).toContain(status);
    if (status === 200 || status === 204) expect(method).toBe('OPTIONS');
  });

  it('HEAD is guarded like GET', async () => {
    const head = async (lines: readonly string[]): Promise<number> =>
      (await askRaw(app, '/me', lines, 'HEAD')).status;
    expect(await head([])).toBe(401);
    expect(handled).toEqual([]);
    expect(await head([`Authorization: ${ada.header}`])).toBe(200);
    expect(handled).toEqual(['me']);
  });

  it.each(DISGUISES)('with %s', async (line) => {
    expectRefused(await askRaw(app, '/me', [line]), 'session_required');
    expectUser(await askRaw(app, '/me', [line, `Authorization: ${ada.header}`]), ada.userId);
  });
});
