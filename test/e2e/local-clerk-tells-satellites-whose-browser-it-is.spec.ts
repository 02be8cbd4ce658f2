import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { HandClock } from '../support/hand-clock.js';
import { cookieHeader, directivesOf, goTo, valueOf, type Shaken } from '../support/handshake.js';

const PAGE = 'http://localhost:3001/cart?a=%20b';
const QUERY = `redirect_url=${encodeURIComponent(PAGE)}&format=nonce`;
const HANDSHAKE = `/v1/client/handshake?${QUERY}`;

/** In production a satellite has a Frontend API of its own. Here that is the same one under another loopback name. */
describe('LocalClerk under another name, in production', () => {
  const clock = new HandClock();
  let clerk: LocalClerk;
  let satellite: string;
  let ada: SignedIn;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: clock.now, instanceType: 'production' });
    satellite = clerk.url.replace('127.0.0.1', 'localhost');
  });

  beforeEach(() => {
    clock.forward(60_000);
    ada = clerk.signIn('ada');
  });

  afterAll(async () => {
    await clerk.stop();
  });

  const asAda = () => ({ headers: { cookie: `__client=${ada.clientToken}` } });

  /** To the handshake there, from where the browser is sent to the first name, which knows it, and back. */
  async function ticketUrl(asking: RequestInit = asAda()): Promise<string> {
    const sent = await goTo(`${satellite}${HANDSHAKE}`);
    return (await goTo(sent.location, asking)).location;
  }

  const sessionIn = async (shaken: Shaken) => {
    const token = valueOf('__session', await directivesOf(clerk, shaken)) ?? '';
    return token === '' ? null : decodeJwt(token).sid;
  };

  it('asks under its first name, through the browser, and nothing is set on the way', async () => {
    const { status, location, cookies } = await goTo(`${satellite}${HANDSHAKE}`);
    const asked = encodeURIComponent(`${satellite}${HANDSHAKE}`);
    expect({ status, location, cookies }).toEqual({
      status: 307,
      location: `${clerk.url}/v1/client/sync?redirect_url=${asked}`,
      cookies: [],
    });
    const back = await goTo(location, asAda());
    expect(back.status).toBe(307);
    expect(back.location.startsWith(`${satellite}${HANDSHAKE}&__local_clerk_ticket=`)).toBe(true);
    expect(back.location).not.toContain(ada.clientToken);
    expect(back.cookies).toEqual([]);
  });

  it('then goes on as if it had been known, and knows the browser from now on', async () => {
    const shaken = await goTo(await ticketUrl());
    expect({ status: shaken.status, to: shaken.location }).toEqual({ status: 307, to: PAGE });
    expect(await sessionIn(shaken)).toBe(ada.sessionId);
    expect(valueOf('__client', shaken.cookies)).toBe(ada.clientToken);
    const cookie = cookieHeader(shaken.cookies.filter((line) => line.startsWith('__client=')));
    const again = await goTo(`${satellite}${HANDSHAKE}`, { headers: { cookie } });
    expect(again.location).toBe(PAGE);
    expect(await sessionIn(again)).toBe(ada.sessionId);
  });

  it('somebody unknown is told to be nobody, and asked no second time', async () => {
    const shaken = await goTo(await ticketUrl({}));
    expect(shaken.location).toBe(PAGE);
    expect(await sessionIn(shaken)).toBeNull();
  });

  it('a ticket is good once, and for a minute', async () => {
    const url = await ticketUrl();
    await goTo(url);
    const later = await ticketUrl();
    clock.forward(60_000);
    for (const spent of [url, later, url.replace(/ticket=.*/, 'ticket=junk')]) {
      const shaken = await goTo(spent);
      expect(shaken.location).toBe(PAGE);
      expect(await sessionIn(shaken)).toBeNull();
      expect(valueOf('__client', shaken.cookies)).toBeUndefined();
    }
  });

  it.each([
    'http://localhost:1/v1/client/handshake',
    'https://localhost:PORT/v1/client/handshake',
    'http://evil.example:PORT/v1/client/handshake',
    'http://localhost:PORT/sign-in',
    'javascript:alert(1)',
    '',
  ])('a ticket is never taken to %p', async (place) => {
    const to = encodeURIComponent(place.replace('PORT', new URL(clerk.url).port));
    const { status, location } = await goTo(
      `${clerk.url}/v1/client/sync?redirect_url=${to}`,
      asAda(),
    );
    expect({ status, location }).toEqual({ status: 400, location: '' });
  });

  it('a proxy that hands on the Host of its own port is no other name', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { ...asAda().headers, host: 'localhost:3001' };
      request(`${clerk.url}${HANDSHAKE}`, { headers }, (response) => {
        resolve({ to: response.resume().headers.location });
      })
        .on('error', reject)
        .end();
    });
    expect(status).toEqual({ to: PAGE });
  });

  it('in development there is one for all domains, which the browser tells its id', async () => {
    await using development = await LocalClerk.start({ now: clock.now });
    const other = development.url.replace('127.0.0.1', 'localhost');
    const { location } = await goTo(`${other}${HANDSHAKE}`);
    expect(location.startsWith(`${PAGE}&__clerk_handshake_nonce=`)).toBe(true);
  });
});
