import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { cookieSuffixOf } from '../../src/config/publishable-key.js';
import { CookieJar } from '../support/cookie-jar.js';
import { HandClock } from '../support/hand-clock.js';
import { valueOf } from '../support/handshake.js';
import { LocalBrowser, type Loose } from '../support/local-browser.js';

describe('LocalClerk knows browsers of production by their cookie', () => {
  const clock = new HandClock();
  const seconds = () => String(Math.floor(clock.now() / 1000));
  let clerk: LocalClerk;
  let jar: CookieJar;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ instanceType: 'production', now: clock.now });
  });

  beforeEach(() => {
    jar = new CookieJar();
  });

  afterAll(async () => {
    await clerk.stop();
  });

  /** Asks as clerk-js does in production: without an id, with cookies. */
  async function ask(path: string, fields?: Record<string, string>, method?: string) {
    const suffix = method === undefined ? '' : `?_method=${method}`;
    const response = await fetch(`${clerk.url}/v1${path}${suffix}`, {
      method: fields === undefined ? 'GET' : 'POST',
      headers: { origin: 'http://127.0.0.1:3000', cookie: jar.header },
      ...(fields === undefined ? {} : { body: new URLSearchParams(fields) }),
    });
    const lines = response.headers.getSetCookie();
    jar.keep(lines);
    return { status: response.status, body: (await response.json()) as Loose, lines };
  }

  const signIn = (identifier: string) =>
    ask('/client/sign_ins', {
      strategy: 'password',
      identifier,
      password: 'correct-horse-battery',
    });

  const people = async () => {
    const client = (await ask('/client')).body.response as { sessions: Loose[] } | null;
    return client?.sessions.map(({ id }) => id) ?? null;
  };

  it('a stranger has no client', async () => {
    expect(await people()).toBeNull();
    expect(jar.names).not.toContain('__client');
  });

  it('who signs in gets one, and Clerk itself says since when', async () => {
    const { status, lines } = await signIn('ada@example.com');
    expect(status).toBe(200);
    expect(valueOf('__client', lines)).toMatch(/^clt_/);
    expect(valueOf('__client_uat', lines)).toBe(seconds());
    const suffix = cookieSuffixOf(clerk.publishableKey);
    expect(valueOf(`__client_uat_${suffix}`, lines)).toBe(seconds());
    expect(await people()).toHaveLength(1);
  });

  it('a second person comes into the same one', async () => {
    await signIn('ada@example.com');
    const before = jar.header;
    await signIn('bob@example.com');
    expect(valueOf('__client', jar.header.split('; '))).toBe(
      valueOf('__client', before.split('; ')),
    );
    expect(await people()).toHaveLength(2);
  });

  it('who signs out is 0 seconds old, and the client goes on', async () => {
    await signIn('ada@example.com');
    const { lines } = await ask('/client/sessions', {}, 'DELETE');
    expect(valueOf('__client_uat', lines)).toBe('0');
    expect(await people()).toEqual([]);
    await signIn('bob@example.com');
    expect(await people()).toHaveLength(1);
  });

  it('a browser that gives its client up is a stranger', async () => {
    await signIn('ada@example.com');
    const { lines } = await ask('/client', {}, 'DELETE');
    expect([valueOf('__client', lines), valueOf('__client_uat', lines)]).toEqual(['', '0']);
    expect(await people()).toBeNull();
  });

  it('an id in the query is worth nothing, nor is a made-up cookie', async () => {
    const browser = await LocalBrowser.open(clerk);
    await browser.signIn('ada@example.com');
    expect((await browser.ask('/client')).body.response).toBeNull();
    jar.set('__client', 'clt_forged');
    expect(await people()).toBeNull();
  });

  it('says that it is one', async () => {
    expect((await ask('/environment')).body).toMatchObject({
      display_config: { instance_environment_type: 'production' },
    });
  });
});
