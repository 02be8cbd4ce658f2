import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule, UserService, type Notice } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { ClerkWebhooksModule } from 'nestjs-clerk-auth/webhooks';
import { randomBytes } from 'node:crypto';
import { ScriptedServer } from '../support/scripted-server.js';
import { SharedChannel, SharedStore } from '../support/shared-channel.js';
import { startApp } from '../support/start-app.js';
import { startUsers } from '../support/start-users.js';
import { until } from '../support/until.js';

const SECRET = `whsec_${randomBytes(24).toString('base64')}`;

describe('users that change are dropped', () => {
  let clerk: LocalClerk;
  let store: SharedStore;
  let apps: INestApplication[];
  const now = Date.UTC(2026, 5, 1);

  beforeEach(async () => {
    clerk = await LocalClerk.start({ now: () => now });
    store = new SharedStore(() => now);
    apps = [];
  });

  afterEach(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await clerk.stop();
  });

  const machine = async (options = {}): Promise<UserService> => {
    const revocations = new SharedChannel(store);
    const { app, users } = await startUsers(clerk, () => now, { revocations, ...options });
    apps.push(app);
    return users;
  };

  it.each<(userId: string) => Notice>([
    (userId) => ({ kind: 'user_changed', userId }),
    (userId) => ({ kind: 'user_ended', userId, issuedUntil: now }),
  ])('on every machine that hears of it (%#)', async (noticeOf) => {
    const machines = await Promise.all([machine(), machine()]);
    const { id } = clerk.createUser('grace');
    const names = () => Promise.all(machines.map(async (users) => (await users.get(id))?.lastName));
    expect(await names()).toEqual([null, null]);
    clerk.updateUser('grace', { lastName: 'Hopper' });
    expect(await names()).toEqual([null, null]);
    store.say([noticeOf(id)]);
    expect(await names()).toEqual(['Hopper', 'Hopper']);
  });

  it('when Clerk’s webhook tells of it, on this machine and on the others', async () => {
    const other = await machine();
    const app = await startApp('express', {
      imports: [
        ClerkModule.forRoot({
          ...clerk.options(),
          jwtKey: clerk.jwtKey,
          revocations: new SharedChannel(store),
        }),
        ClerkWebhooksModule.forRoot({ secrets: [SECRET] }),
      ],
      now: () => now,
    });
    apps.push(app);
    clerk.webhooks.to(`${await app.getUrl()}/webhooks/clerk`, { secret: SECRET });
    const both = [app.get(UserService), other];
    const { id } = clerk.createUser('grace');
    await clerk.webhooks.settled();
    const names = () => Promise.all(both.map(async (users) => (await users.get(id))?.lastName));
    expect(await names()).toEqual([null, null]);
    clerk.updateUser('grace', { lastName: 'Hopper' });
    await clerk.webhooks.settled();
    expect(clerk.webhooks.deliveries.map(({ status }) => status)).toEqual([200, 200]);
    expect(await names()).toEqual(['Hopper', 'Hopper']);
    clerk.deleteUser('grace');
    await clerk.webhooks.settled();
    expect(await names()).toEqual([undefined, undefined]);
  });

  it('and nobody else with them', async () => {
    const users = await machine();
    const [grace, heidi] = ['grace', 'heidi'].map((name) => clerk.createUser(name).id);
    await users.get(heidi ?? '');
    clerk.forgetCalls();
    store.say([
      { kind: 'user_changed', userId: grace },
      { kind: 'session_ended', sessionId: 'sess_1' },
    ]);
    await users.get(heidi ?? '');
    expect(clerk.callCount).toBe(0);
  });

  it('even if they are on their way at that moment', async () => {
    const answers: (() => void)[] = [];
    await using slow = await ScriptedServer.start(async (turn, { path }) => {
      await new Promise<void>((resolve) => answers.push(resolve));
      const id = path.replace('/v1/users/', '');
      return { status: 200, body: { object: 'user', id, first_name: `of call ${String(turn)}` } };
    });
    const users = await machine({ apiUrl: slow.url });
    const id = clerk.createUser('grace').id;
    const before = users.get(id);
    await until(() => answers.length === 1);
    store.say([{ kind: 'user_changed', userId: id }]);
    const after = [users.get(id), users.get(id)];
    await until(() => answers.length === 2);
    // The newer answer overtakes the older one, which must not take its place.
    answers[1]?.();
    expect((await Promise.all(after)).map((user) => user?.firstName)).toEqual([
      'of call 2',
      'of call 2',
    ]);
    answers[0]?.();
    expect(await before).toMatchObject({ firstName: 'of call 1' });
    expect(await users.get(id)).toMatchObject({ firstName: 'of call 2' });
    expect(slow.received).toHaveLength(2);
  });
});
