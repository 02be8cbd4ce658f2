import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import {
  ClerkModule,
  SessionService,
  type ClerkOptions,
  type HttpRequest,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { startApp } from '../support/start-app.js';

const START = Date.UTC(2026, 0, 1);
const SECOND = 1000;

describe('an object that lives longer than a request', () => {
  let now = START;
  let clerk: LocalClerk;
  let app: INestApplication;
  let sessions: SessionService;
  let ada: SignedIn;

  const start = async (options: ClerkOptions = {}): Promise<void> => {
    app = await startApp('express', {
      imports: [ClerkModule.forRoot({ ...clerk.options(), ...options })],
      now: () => now,
    });
    sessions = app.get(SessionService);
  };

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => now });
    await start();
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  beforeEach(() => {
    now = START;
    ada = clerk.signIn('ada');
    clerk.outage(false);
    clerk.forgetCalls();
  });

  const userOn = async (handshake: HttpRequest): Promise<string | null> =>
    (await sessions.authenticate(handshake))?.userId ?? null;

  it.each<[string, (headers: Record<string, string>) => HttpRequest]>([
    ['plain', (headers) => ({ headers })],
    ['frozen', (headers) => Object.freeze({ headers: Object.freeze(headers) })],
    ['without a prototype', (headers) => Object.assign(Object.create(null) as object, { headers })],
  ])('stays signed in until its token ends: %s', async (_, make) => {
    const handshake = make({ authorization: ada.header });
    expect(await userOn(handshake)).toBe(ada.userId);
    now = START + 64 * SECOND;
    expect(await userOn(handshake)).toBe(ada.userId);
    now = START + 65 * SECOND;
    expect(await userOn(handshake)).toBeNull();
  });

  it('is signed out when this process revokes the session', async () => {
    const handshake = { headers: { authorization: ada.header } };
    expect(await userOn(handshake)).toBe(ada.userId);
    await sessions.revokeSession(ada.sessionId);
    expect(await userOn(handshake)).toBeNull();
    const bob = { headers: { authorization: clerk.signIn('bob').header } };
    expect(await userOn(bob)).not.toBeNull();
  });

  it('asks Clerk again about a client token, some seconds later', async () => {
    const handshake = { headers: { cookie: ada.clientCookie } };
    expect(await userOn(handshake)).toBe(ada.userId);
    expect(await userOn(handshake)).toBe(ada.userId);
    expect(clerk.callsTo('/v1/clients/verify')).toHaveLength(1);
    clerk.revoke(ada);
    now += 10 * SECOND;
    expect(await userOn(handshake)).toBeNull();
  });

  it('does not stay without an answer after an outage', async () => {
    const handshake = { headers: { cookie: ada.clientCookie } };
    clerk.outage(true);
    await expect(userOn(handshake)).rejects.toMatchObject({ code: 'authority_unavailable' });
    clerk.outage(false);
    now += 10 * SECOND;
    expect(await userOn(handshake)).toBe(ada.userId);
  });

  it('does not stay refused for a token whose time comes', async () => {
    const token = clerk.mint({ session: ada, notBefore: 15 });
    const handshake = { headers: { authorization: `Bearer ${token}` } };
    expect(await userOn(handshake)).toBeNull();
    now += 20 * SECOND;
    expect(await userOn(handshake)).toBe(ada.userId);
  });
});
