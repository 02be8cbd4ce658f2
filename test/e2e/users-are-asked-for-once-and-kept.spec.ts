import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigurationError, User, type ClerkOptions, type UserService } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import type { INestApplication } from '@nestjs/common';
import { startUsers } from '../support/start-users.js';

describe('users are asked for once, and kept', () => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let users: UserService;
  let now: number;

  const start = async (options?: ClerkOptions): Promise<void> => {
    ({ app, users } = await startUsers(clerk, () => now, options));
    clerk.forgetCalls();
  };

  beforeEach(async () => {
    now = Date.UTC(2026, 5, 1);
    clerk = await LocalClerk.start({ now: () => now });
  });

  afterEach(async () => {
    await app.close();
    await clerk.stop();
  });

  const calls = (): number => clerk.callsTo(/^\/v1\/users\//).length;

  it('as Clerk knows them', async () => {
    await start();
    const { id } = clerk.createUser('grace', { lastName: 'Hopper', externalId: '4711' });
    const user = await users.get(id);
    expect(user).toBeInstanceOf(User);
    expect(user).toMatchObject({
      id,
      externalId: '4711',
      fullName: 'grace Hopper',
      primaryEmailAddress: { emailAddress: 'grace@example.com', isVerified: true },
      banned: false,
      createdAt: now,
    });
  });

  it('by fifty at the same time, with a single call', async () => {
    await start();
    const { id } = clerk.createUser('grace');
    const found = await Promise.all(Array.from({ length: 50 }, () => users.get(id)));
    expect(new Set(found).size).toBe(1);
    expect(found[0]?.id).toBe(id);
    expect(calls()).toBe(1);
  });

  it('for half a minute, and then anew', async () => {
    await start();
    const { id } = clerk.createUser('grace');
    await users.get(id);
    clerk.updateUser('grace', { lastName: 'Hopper' });
    now += 29_999;
    expect(await users.get(id)).toMatchObject({ lastName: null });
    expect(calls()).toBe(1);
    now += 1;
    expect(await users.get(id)).toMatchObject({ lastName: 'Hopper' });
    expect(calls()).toBe(2);
  });

  it('no longer when the clock is set back', async () => {
    await start();
    const { id } = clerk.createUser('grace');
    await users.get(id);
    now -= 30_000;
    await users.get(id);
    expect(calls()).toBe(2);
  });

  it('those who are not there as well', async () => {
    await start();
    const { id } = clerk.createUser('grace');
    clerk.deleteUser('grace');
    expect(await users.get(id)).toBeNull();
    expect(await users.get(id)).toBeNull();
    expect(calls()).toBe(1);
    now += 30_000;
    expect(await users.get(id)).toBeNull();
    expect(calls()).toBe(2);
  });

  it('each on their own', async () => {
    await start();
    const ids = ['grace', 'heidi'].map((name) => clerk.createUser(name).id);
    const found = await Promise.all(ids.map((id) => users.get(id)));
    expect(found.map((user) => user?.id)).toEqual(ids);
    expect(calls()).toBe(2);
  });

  it('as many as the option says: who was not wanted for the longest time leaves first', async () => {
    await start({ userCache: { size: 2 } });
    const [one, two, three] = ['one', 'two', 'three'].map((name) => clerk.createUser(name).id);
    await users.get(one ?? '');
    await users.get(two ?? '');
    await users.get(one ?? '');
    await users.get(three ?? '');
    expect(calls()).toBe(3);
    await users.get(one ?? '');
    await users.get(three ?? '');
    expect(calls()).toBe(3);
    await users.get(two ?? '');
    expect(calls()).toBe(4);
  });

  it('for as long as the option says', async () => {
    await start({ userCache: { ttl: 1000 } });
    const { id } = clerk.createUser('grace');
    await users.get(id);
    now += 999;
    await users.get(id);
    expect(calls()).toBe(1);
    now += 1;
    await users.get(id);
    expect(calls()).toBe(2);
  });

  it('not at all when the option is false, but still together', async () => {
    await start({ userCache: false });
    const { id } = clerk.createUser('grace');
    await Promise.all([users.get(id), users.get(id), users.get(id)]);
    expect(calls()).toBe(1);
    await users.get(id);
    expect(calls()).toBe(2);
  });

  it('until they are forgotten', async () => {
    await start();
    const { id } = clerk.createUser('grace');
    await users.get(id);
    clerk.updateUser('grace', { lastName: 'Hopper' });
    users.forget(id);
    expect(await users.get(id)).toMatchObject({ lastName: 'Hopper' });
    expect(calls()).toBe(2);
  });

  it.each([
    '',
    'user_',
    'user_1/../../jwks',
    'user_%2e%2e',
    '../users/user_1',
    'user_1?x=',
    'user_1#',
    'user_1\n',
    'sess_1',
    ' user_1',
    `user_${'a'.repeat(65)}`,
    undefined,
    5,
    { toString: () => 'user_1' },
    ['user_1'],
  ])('and nobody is asked about %j, who is nobody', async (id) => {
    await start();
    expect(await users.get(id as string)).toBeNull();
    users.forget(id as string);
    expect(clerk.callCount).toBe(0);
  });

  it('with the secret key alone: without one it is the developer who is told', async () => {
    await start({ secretKey: undefined });
    const asked = users.get(clerk.createUser('grace').id);
    await expect(asked).rejects.toBeInstanceOf(ConfigurationError);
    await expect(asked).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringContaining('set CLERK_SECRET_KEY'),
    });
  });
});
