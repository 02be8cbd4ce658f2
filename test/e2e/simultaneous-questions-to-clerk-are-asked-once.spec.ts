import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule, SessionService, type ClerkOptions } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { startApp } from '../support/start-app.js';

const START = Date.UTC(2026, 0, 1);
const VERIFY = /\/verify$/;

describe('a client token', () => {
  let time = START;
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication | undefined;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => time });
  });

  beforeEach(() => {
    time = START;
    ada = clerk.signIn('ada');
    clerk.forgetCalls();
  });

  afterEach(async () => {
    clerk.outage(false);
    clerk.latency(0);
    await app?.close();
  });

  afterAll(() => clerk.stop());

  async function serviceWith(options: ClerkOptions = {}): Promise<SessionService> {
    const imports = [ClerkModule.forRoot({ ...clerk.options(), ...options })];
    app = await startApp('express', { imports, now: () => time });
    return app.get(SessionService);
  }

  function request(
    who: SignedIn,
    sessionId?: string,
  ): { headers: { cookie: string }; url: string } {
    const query = sessionId === undefined ? '' : `?_clerk_session_id=${sessionId}`;
    return { headers: { cookie: who.clientCookie }, url: `/${query}` };
  }

  async function userOf(service: SessionService, who: SignedIn): Promise<string | undefined> {
    return (await service.authenticate(request(who)))?.userId;
  }

  const calls = (): number => clerk.callsTo(VERIFY).length;

  it.each([
    ['its last active session', false],
    ['one session', true],
  ])('brought by 100 requests at once for %s costs one call', async (_what, asks) => {
    const service = await serviceWith();
    clerk.latency(20);
    const requests = Array.from({ length: 100 }, () =>
      service.authenticate(request(ada, asks ? ada.sessionId : undefined)),
    );
    const users = (await Promise.all(requests)).map((session) => session?.userId);
    expect(new Set(users)).toEqual(new Set([ada.userId]));
    expect(calls()).toBe(1);
  });

  it('shares no answer with another token, nor with another session of its own', async () => {
    const service = await serviceWith();
    const bob = clerk.signIn('bob', { client: ada });
    const eve = clerk.signIn('eve');
    clerk.latency(20);
    const sessions = await Promise.all([
      service.authenticate(request(ada, ada.sessionId)),
      service.authenticate(request(ada, bob.sessionId)),
      service.authenticate(request(ada)),
      service.authenticate(request(eve)),
    ]);
    expect(sessions.map((session) => session?.userId)).toEqual([
      ada.userId,
      bob.userId,
      bob.userId,
      eve.userId,
    ]);
    expect(calls()).toBe(4);
  });

  it('is asked about again by the next request', async () => {
    const service = await serviceWith();
    await userOf(service, ada);
    clerk.revoke(ada);
    expect(await userOf(service, ada)).toBeUndefined();
    expect(calls()).toBe(2);
  });

  describe('with backendCache', () => {
    it('is believed for that long, and not longer', async () => {
      const service = await serviceWith({ backendCache: { ttl: 3000 } });
      expect(await userOf(service, ada)).toBe(ada.userId);
      clerk.revoke(ada);
      time += 2999;
      expect(await userOf(service, ada)).toBe(ada.userId);
      time += 1;
      expect(await userOf(service, ada)).toBeUndefined();
    });

    it('is not believed beyond the end of its session', async () => {
      const service = await serviceWith({ backendCache: { ttl: 3000 } });
      clerk.setExpireAt(ada, time + 1000);
      expect(await userOf(service, ada)).toBe(ada.userId);
      time += 1000;
      expect(await userOf(service, ada)).toBeUndefined();
    });

    it('is asked about again at once when the answer was no', async () => {
      const service = await serviceWith({ backendCache: { ttl: 3000 } });
      clerk.setStatus(ada, 'pending');
      expect(await userOf(service, ada)).toBeUndefined();
      clerk.setStatus(ada, 'active');
      expect(await userOf(service, ada)).toBe(ada.userId);
    });

    it('is asked about again at once when Clerk could not be asked', async () => {
      const service = await serviceWith({ backendCache: { ttl: 3000 } });
      clerk.outage('unavailable');
      await expect(userOf(service, ada)).rejects.toMatchObject({ status: 503 });
      clerk.outage(false);
      expect(await userOf(service, ada)).toBe(ada.userId);
    });

    it('is asked about again after the pause that Clerk asked for', async () => {
      const service = await serviceWith({ backendCache: { ttl: 3000 } });
      clerk.outage('rate-limit', { retryAfter: 30 });
      await expect(userOf(service, ada)).rejects.toMatchObject({ status: 503 });
      clerk.outage(false);
      time += 30_000;
      expect(await userOf(service, ada)).toBe(ada.userId);
    });

    it('is refused at once after its session was revoked here', async () => {
      const service = await serviceWith({ backendCache: { ttl: 3000 } });
      expect(await userOf(service, ada)).toBe(ada.userId);
      await service.revokeSession(ada.sessionId);
      expect(await userOf(service, ada)).toBeUndefined();
    });
  });
});
