import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { SessionService, type UserService } from 'nestjs-clerk-auth';
import { LocalClerk, type Outage } from 'nestjs-clerk-auth/testing';
import { startUsers } from '../support/start-users.js';

const MINUTE = 60_000;

/** Quick: nobody waits for more than one try. */
const HASTE = { backendTimeout: 200, backendBudget: 200 };

describe('users outlive an outage, for a while', () => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let users: UserService;
  let now: number;
  let ada: string;

  beforeEach(async () => {
    now = Date.UTC(2026, 5, 1);
    clerk = await LocalClerk.start({ now: () => now });
    ({ app, users } = await startUsers(clerk, () => now, HASTE));
    ada = clerk.createUser('grace').id;
    clerk.forgetCalls();
  });

  afterEach(async () => {
    await app.close();
    await clerk.stop();
  });

  const calls = (): number => clerk.callsTo(/^\/v1\/users\//).length;

  const expectUnavailable = (asked: Promise<unknown>, retryAfter = 5): Promise<void> =>
    expect(asked).rejects.toMatchObject({
      name: 'AuthorityUnavailableException',
      code: 'authority_unavailable',
      status: 503,
      retryAfter,
    });

  it.each<Outage>(['refuse', 'unavailable', 'hang', 'rubbish'])(
    'five minutes beyond their half minute (%s), then nobody knows',
    async (outage) => {
      await users.get(ada);
      clerk.outage(outage);
      now += 5 * MINUTE + 29_999;
      expect(await users.get(ada)).toMatchObject({ id: ada });
      now += 1;
      await expectUnavailable(users.get(ada));
      clerk.outage(false);
      now += MINUTE;
      expect(await users.get(ada)).toMatchObject({ id: ada });
    },
  );

  it('as does their absence', async () => {
    clerk.deleteUser('grace');
    await users.get(ada);
    clerk.outage(true);
    now += MINUTE;
    expect(await users.get(ada)).toBeNull();
    now += 5 * MINUTE;
    await expectUnavailable(users.get(ada));
  });

  it('but not those who were never seen, nor those who were forgotten since', async () => {
    const bob = clerk.signIn('bob').userId;
    await users.get(bob);
    clerk.outage('refuse');
    await expectUnavailable(users.get(ada));
    users.forget(bob);
    await expectUnavailable(users.get(bob));
  });

  it('and an answer that is no user, or another user, is as good as none', async () => {
    await users.get(ada);
    now += MINUTE;
    const path = `/v1/users/${ada}`;
    const other = { object: 'user', id: clerk.signIn('bob').userId };
    for (const body of [other, { object: 'session', id: ada }, { id: ada }, [], {}]) {
      clerk.answer('GET', path, { status: 200, body });
      expect(await users.get(ada)).toMatchObject({ id: ada, firstName: 'grace' });
      users.forget(ada);
      await expectUnavailable(users.get(ada));
      clerk.answer('GET', path, undefined);
      now += MINUTE;
      await users.get(ada);
      now += MINUTE;
    }
  });

  it('as when our own key is refused, which does not make anybody nobody', async () => {
    const wrong = { ...HASTE, secretKey: 'sk_test_another' };
    const other = await startUsers(clerk, () => now, wrong);
    await expectUnavailable(other.users.get(ada));
    await other.app.close();
  });

  describe('when Clerk asks for a pause', () => {
    it('nobody asks until it is over, and all are told how long it takes', async () => {
      await users.get(ada);
      now += MINUTE;
      clerk.outage('rate-limit', { retryAfter: 30 });
      expect(await users.get(ada)).toMatchObject({ id: ada });
      expect(calls()).toBe(2);
      const bob = clerk.signIn('bob').userId;
      await expectUnavailable(users.get(bob), 30);
      now += 29_000;
      clerk.outage(false);
      await expectUnavailable(users.get(bob), 1);
      expect(calls()).toBe(2);
      now += 1000;
      expect(await users.get(bob)).toMatchObject({ id: bob });
      expect(await users.get(ada)).toMatchObject({ id: ada });
      expect(calls()).toBe(4);
    });

    it('the first who is told so is told at once, and no session waits for it', async () => {
      await app.close();
      // Time enough to wait a second and ask again, as is done for sessions.
      ({ app, users } = await startUsers(clerk, () => now));
      clerk.outage('rate-limit', { retryAfter: 1 });
      await expectUnavailable(users.get(ada), 1);
      expect(calls()).toBe(1);
      clerk.outage(false);
      const { sessionId } = clerk.signIn('bob');
      const session = await app.get(SessionService).getSession(sessionId);
      expect(session).toMatchObject({ id: sessionId });
      await expectUnavailable(users.get(ada), 1);
    });
  });
});
