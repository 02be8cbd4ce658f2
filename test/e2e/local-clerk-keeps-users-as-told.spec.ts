import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { askBackend, codeOf, type Told } from '../support/ask-backend.js';
import { LocalBrowser } from '../support/local-browser.js';

const START = Date.UTC(2026, 5, 1);

describe('LocalClerk keeps users as told', () => {
  let clerk: LocalClerk;
  let now: number;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => now });
  });

  beforeEach(() => {
    now = START;
  });

  afterAll(async () => {
    await clerk.stop();
  });

  const user = (id: string): Promise<Told> => askBackend(clerk, `/v1/users/${id}`);

  const ask = async (method: string, path: string, body?: object): Promise<Told> => {
    const response = await fetch(`${clerk.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${clerk.secretKey}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const told = (await response.json()) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body: told };
  };

  describe('making them', () => {
    it('with what is said of them', async () => {
      const { id } = clerk.createUser('grace', {
        lastName: 'Hopper',
        externalId: '4711',
        publicMetadata: { rank: 'admiral' },
        privateMetadata: { note: 'bug' },
      });
      expect((await user(id)).body).toMatchObject({
        id,
        first_name: 'grace',
        last_name: 'Hopper',
        external_id: '4711',
        public_metadata: { rank: 'admiral' },
        private_metadata: { note: 'bug' },
        unsafe_metadata: {},
        banned: false,
        last_sign_in_at: null,
        created_at: START,
      });
    });

    it('but none of whom there is one, nor at the address of another', () => {
      expect(() => clerk.createUser('ada')).toThrow('has a user ada already');
      const emailAddress = 'ADA@example.com';
      expect(() => clerk.createUser('adele', { emailAddress })).toThrow("is ada's");
      expect(() => clerk.updateUser('bob', { emailAddress })).toThrow("is ada's");
    });

    it('and noting when they sign in', async () => {
      now += 5000;
      const { userId } = clerk.signIn('ada');
      expect((await user(userId)).body).toMatchObject({ last_sign_in_at: START + 5000 });
    });
  });

  describe('changing them', () => {
    it('so that both APIs tell it, and private things only one', async () => {
      const browser = await LocalBrowser.open(clerk);
      await browser.signIn('bob@example.com');
      now += 1000;
      const change = { username: 'bobby', lastName: null, unsafeMetadata: { theme: 'dark' } };
      const { id } = clerk.updateUser('bob', { ...change, privateMetadata: { debt: 5 } });
      const told = { username: 'bobby', unsafe_metadata: { theme: 'dark' }, updated_at: now };
      expect((await user(id)).body).toMatchObject({ ...told, private_metadata: { debt: 5 } });
      const me = await browser.tell('/me');
      expect(me).toMatchObject(told);
      expect(me).not.toHaveProperty('private_metadata');
    });

    it('leaving alone what is not said', () => {
      clerk.updateUser('carol', { firstName: 'Carol', externalId: '1' });
      const changed = clerk.updateUser('carol', { firstName: undefined, externalId: null });
      expect(changed).toMatchObject({ firstName: 'Carol', externalId: null });
    });

    it('and their address, by which they sign in from then on', async () => {
      clerk.updateUser('dora', { emailAddress: 'dora@home.example' });
      const browser = await LocalBrowser.open(clerk);
      expect(await browser.signIn('dora@home.example')).toMatch(/^sess_/);
      const fields = { identifier: 'dora@example.com' };
      const told = await browser.ask('/client/sign_ins', { fields });
      expect([told.status, codeOf(told)]).toEqual([422, 'form_identifier_not_found']);
    });

    it('over the Backend API, which is strict', async () => {
      const { userId } = clerk.signIn('ada');
      const body = { last_name: 'King', public_metadata: { plan: 'gold' } };
      const told = await ask('PATCH', `/v1/users/${userId}`, body);
      expect([told.status, told.body]).toMatchObject([200, body]);
      const wrong = await ask('PATCH', `/v1/users/${userId}`, { public_metadata: 'gold' });
      expect([wrong.status, codeOf(wrong)]).toEqual([422, 'form_param_value_invalid']);
      const unknown = await ask('PATCH', '/v1/users/user_0', body);
      expect([unknown.status, codeOf(unknown)]).toEqual([404, 'resource_not_found']);
    });
  });

  describe('banning them', () => {
    it('ends all their sessions, and nobody else’s', () => {
      const [one, other] = [clerk.signIn('eve'), clerk.signIn('eve')];
      const bob = clerk.signIn('bob');
      expect(clerk.banUser(one)).toMatchObject({ id: one.userId, banned: true });
      const statuses = [one, other, bob].map((session) => clerk.session(session).status);
      expect(statuses).toEqual(['revoked', 'revoked', 'active']);
      expect(() => clerk.freshToken(other)).toThrow('is revoked');
    });

    it('lets nobody sign in as them, here or in a browser, until they are unbanned', async () => {
      clerk.banUser('mallory');
      expect(() => clerk.signIn('mallory')).toThrow('is banned');
      const browser = await LocalBrowser.open(clerk);
      const fields = {
        strategy: 'password',
        identifier: 'mallory@example.com',
        password: 'correct-horse-battery',
      };
      const told = await browser.ask('/client/sign_ins', { fields });
      expect([told.status, codeOf(told)]).toEqual([403, 'user_banned']);
      clerk.unbanUser('mallory');
      expect(await browser.signIn('mallory@example.com')).toMatch(/^sess_/);
      expect(clerk.signIn('mallory').userId).toMatch(/^user_/);
    });

    it('over the Backend API', async () => {
      const ada = clerk.signIn('ada');
      const banned = await ask('POST', `/v1/users/${ada.userId}/ban`);
      expect([banned.status, banned.body]).toMatchObject([200, { banned: true }]);
      expect(clerk.session(ada).status).toBe('revoked');
      const unbanned = await ask('POST', `/v1/users/${ada.userId}/unban`);
      expect([unbanned.status, unbanned.body]).toMatchObject([200, { banned: false }]);
    });
  });

  describe('deleting them', () => {
    it('leaves nothing: 404, sessions that are over, no membership', async () => {
      const frank = clerk.signIn('frank', { organization: 'acme' });
      const { id } = clerk.deleteUser(frank);
      expect(id).toBe(frank.userId);
      const told = await user(id);
      expect([told.status, codeOf(told)]).toEqual([404, 'resource_not_found']);
      expect(clerk.session(frank).status).toBe('removed');
      const acme = await askBackend(clerk, '/v1/organizations/acme');
      expect(acme.body).toMatchObject({ members_count: 0 });
    });

    it('frees the name for somebody else', () => {
      const first = clerk.signIn('gina');
      clerk.deleteUser('gina');
      expect(clerk.signIn('gina').userId).not.toBe(first.userId);
    });

    it('is once, and nobody changes them after', () => {
      const henry = clerk.signIn('henry');
      clerk.deleteUser('henry@example.com');
      expect(() => clerk.deleteUser(henry)).toThrow('has no user');
      expect(() => clerk.deleteUser('henry')).toThrow('has no user');
      expect(() => clerk.updateUser(henry, {})).toThrow('has no user');
      expect(() => clerk.banUser(henry.userId)).toThrow('was deleted');
    });

    it('also while a browser is about to sign in as them', async () => {
      clerk.createUser('ida');
      const browser = await LocalBrowser.open(clerk);
      await browser.ask('/client/sign_ins', { fields: { identifier: 'ida@example.com' } });
      clerk.deleteUser('ida');
      expect(await browser.client()).toMatchObject({ sessions: [], sign_in: null });
    });

    it('over the Backend API', async () => {
      const { id } = clerk.createUser('jane');
      const told = await ask('DELETE', `/v1/users/${id}`);
      expect([told.status, told.body]).toEqual([200, { object: 'user', id, deleted: true }]);
      expect((await ask('DELETE', `/v1/users/${id}`)).status).toBe(404);
    });
  });
});
