import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule, type ClerkOptions } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { handled, ProbeController } from '../support/probe-controller.js';
import type { RecordedLog } from '../support/recorded-log.js';
import { isRefused, isUnknowable, passes } from '../support/refusals.js';
import { startRecordedApp } from '../support/start-recorded-app.js';
import { until } from '../support/until.js';

const START = Date.parse('2026-02-02T02:02:02Z');
const MINUTE = 60_000;
const KEYS = '/v1/jwks';

describe('the published keys', () => {
  let now: number;
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication;
  let log: RecordedLog;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => now });
  });

  afterAll(async () => {
    await clerk.stop();
  });

  beforeEach(() => {
    now = START;
    handled.length = 0;
    ada = clerk.signIn('ada');
  });

  afterEach(async () => {
    // What hangs is asked again when its connection ends; now it gets an answer.
    clerk.outage(false);
    await app.close();
  });

  /** With keys fetched at START, and none of the calls up to then remembered. */
  async function start(options: ClerkOptions = {}): Promise<void> {
    const written = { ...clerk.options(), errorBody: 'problem', ...options } as const;
    ({ app, log } = await startRecordedApp('express', {
      imports: [ClerkModule.forRoot(written)],
      controllers: [ProbeController],
      now: () => now,
    }));
    await passes(withToken(ada.sessionToken), ada.userId);
    clerk.forgetCalls();
  }

  const withToken = (token: string): request.Test =>
    request(app.getHttpServer()).get('/me').set('Authorization', `Bearer ${token}`);
  const fresh = (): request.Test => withToken(clerk.mint({ session: ada }));
  const fetched = (): number => clerk.callsTo(KEYS).length;
  /** A token as it would be now, signed with the key of before the rotation that is to come. */
  const minutesLater = (minutes: number): string =>
    clerk.mint({ session: ada, expiresIn: minutes * 60 + 30 });

  it('are not fetched again before they are four minutes old', async () => {
    await start();
    for (const age of [1, 2, 3, 4]) {
      now = START + age * MINUTE - 1;
      await passes(fresh(), ada.userId);
    }
    expect(fetched()).toBe(0);
  });

  it('are fetched ahead of need at four minutes, and nobody waits for that', async () => {
    await start({ backendTimeout: 60_000, backendBudget: 60_000 });
    clerk.outage('hang');
    now = START + 4 * MINUTE;
    await Promise.all([1, 2, 3].map(() => fresh().expect(200)));
    await until(() => fetched() === 1);
    now = START + 4.5 * MINUTE;
    await passes(fresh(), ada.userId);
    expect(fetched()).toBe(1);
  });

  it('are waited for at five minutes: a removed key is not used once more', async () => {
    await start();
    const old = minutesLater(10);
    clerk.rotateKey({ keepOld: false });
    now = START + 5 * MINUTE;
    await isRefused(withToken(old), 'token_key_unknown');
    await passes(fresh(), ada.userId);
    expect(fetched()).toBeLessThanOrEqual(2);
  });

  it('that were removed leave with the refresh at four minutes', async () => {
    await start();
    const old = minutesLater(10);
    clerk.rotateKey({ keepOld: false });
    now = START + 4 * MINUTE;
    await passes(withToken(old), ada.userId);
    await until(() => fetched() === 1);
    await passes(fresh(), ada.userId);
    await isRefused(withToken(old), 'token_key_unknown');
  });

  it('that were removed leave at once when a new one is asked for', async () => {
    await start();
    const old = minutesLater(10);
    clerk.rotateKey({ keepOld: false });
    await passes(withToken(old), ada.userId);
    await passes(fresh(), ada.userId);
    await isRefused(withToken(old), 'token_key_unknown');
    expect(fetched()).toBe(1);
  });

  it('may be rotated amid traffic: no valid token is refused', async () => {
    await start();
    for (let rotation = 0; rotation < 3; rotation += 1) {
      const before = Array.from({ length: 8 }, () => clerk.mint({ session: ada }));
      const early = before.map((token) => withToken(token).expect(200));
      clerk.rotateKey();
      const after = Array.from({ length: 8 }, () => clerk.mint({ session: ada }));
      const late = [...after, ...before].map((token) => withToken(token).expect(200));
      await Promise.all([...early, ...late]);
      now += 30_000;
    }
    expect(fetched()).toBeLessThanOrEqual(3);
  });

  describe('while Clerk is down', () => {
    it.each(['unavailable', 'refuse', 'rubbish', 'rate-limit'] as const)(
      '(%s) serve until they are an hour old, and not longer',
      async (outage) => {
        await start();
        clerk.outage(outage, outage === 'rate-limit' ? { retryAfter: 30 } : {});
        for (const age of [4, 5, 30, 60]) {
          now = START + age * MINUTE - 1;
          await passes(fresh(), ada.userId);
        }
        now = START + 60 * MINUTE;
        await isUnknowable(fresh(), outage === 'rate-limit' ? 30 : 5);
        clerk.outage(false);
        now += outage === 'rate-limit' ? 30_000 : 0;
        await passes(fresh(), ada.userId);
      },
    );

    it('are told of in one warning, with the whole minutes that are left', async () => {
      await start();
      clerk.outage('unavailable');
      now = START + 5 * MINUTE + 1234;
      await passes(fresh(), ada.userId);
      now += MINUTE;
      await passes(fresh(), ada.userId);
      expect(log.said('warn')).toEqual([
        expect.stringMatching(/keys could not be refreshed \(.+\): .* serve for 5\d more minutes/),
      ]);
    });

    it('and too old to serve are not said to serve', async () => {
      await start();
      clerk.outage('unavailable');
      now = START + 180 * MINUTE;
      await isUnknowable(fresh());
      expect(log.whole).not.toMatch(/serve for -/);
    });

    it('leave an unknown key open: nobody can say that it is none', async () => {
      await start();
      clerk.outage('unavailable');
      clerk.rotateKey();
      await isUnknowable(fresh());
      await isUnknowable(fresh());
      await isUnknowable(fresh());
      await isUnknowable(fresh());
      await passes(withToken(ada.sessionToken), ada.userId);
      clerk.outage(false);
      now += 2000;
      await passes(fresh(), ada.userId);
    });

    it('do not keep every request waiting for a Clerk that hangs', async () => {
      await start({ backendTimeout: 300, backendBudget: 300 });
      clerk.outage('hang');
      now = START + 10 * MINUTE;
      await passes(fresh(), ada.userId);
      const began = performance.now();
      for (let turn = 0; turn < 5; turn += 1) await passes(fresh(), ada.userId);
      expect(performance.now() - began).toBeLessThan(250);
      expect(fetched()).toBe(1);
      now += 5000;
      await passes(fresh(), ada.userId);
      await until(() => fetched() === 2);
    });

    it('come back within seconds: a key removed meanwhile leaves', async () => {
      await start();
      const old = minutesLater(30);
      clerk.outage('unavailable');
      now = START + 10 * MINUTE;
      await passes(withToken(old), ada.userId);
      clerk.outage(false);
      clerk.rotateKey({ keepOld: false });
      clerk.forgetCalls();
      now += 4999;
      await passes(withToken(old), ada.userId);
      expect(fetched()).toBe(0);
      now += 1;
      await passes(withToken(old), ada.userId);
      await until(() => fetched() === 1);
      await passes(fresh(), ada.userId);
      await isRefused(withToken(old), 'token_key_unknown');
    });
  });

  describe('when the clock is set back', () => {
    it('are older, not younger: a removed key leaves', async () => {
      await start();
      const old = minutesLater(1);
      clerk.rotateKey({ keepOld: false });
      now = START - 6 * MINUTE;
      const early = clerk.mint({ session: ada });
      await passes(withToken(early), ada.userId);
      now = START;
      await isRefused(withToken(old), 'token_key_unknown');
    });

    it('serve on', async () => {
      await start();
      now = START - 120 * MINUTE;
      await passes(fresh(), ada.userId);
      now = START;
      await passes(fresh(), ada.userId);
    });

    it('during an outage are tried again within seconds all the same', async () => {
      await start();
      clerk.outage('unavailable');
      now = START + 30 * MINUTE;
      await passes(fresh(), ada.userId);
      clerk.outage(false);
      clerk.forgetCalls();
      now = START + 10 * MINUTE;
      await passes(fresh(), ada.userId);
      now += 5000;
      await passes(fresh(), ada.userId);
      await until(() => fetched() > 0);
    });
  });
});
