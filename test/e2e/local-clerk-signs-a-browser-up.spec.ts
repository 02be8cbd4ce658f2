import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { askBackend, codeOf } from '../support/ask-backend.js';
import { LocalBrowser } from '../support/local-browser.js';

const PASSWORD = 'my own password';

describe('LocalClerk signs a browser up', () => {
  let clerk: LocalClerk;
  let browser: LocalBrowser;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
  });

  beforeEach(async () => {
    browser = await LocalBrowser.open(clerk);
  });

  afterAll(async () => {
    await clerk.stop();
  });

  it('in one step, and signs it in', async () => {
    const fields = { email_address: 'carol@example.com', password: PASSWORD };
    const told = await browser.ask('/client/sign_ups', { fields });
    const signUp = told.body.response as Record<string, string>;
    expect(signUp).toMatchObject({
      object: 'sign_up',
      status: 'complete',
      email_address: 'carol@example.com',
      has_password: true,
      missing_fields: [],
      created_user_id: expect.stringMatching(/^user_/),
    });
    expect(told.body.client).toMatchObject({
      sign_up: null,
      last_active_session_id: signUp.created_session_id,
      sessions: [{ user: { id: signUp.created_user_id, username: 'carol' } }],
    });
  });

  it('in several steps, and says what is missing', async () => {
    const begun = await browser.tell('/client/sign_ups', { fields: {} });
    expect(begun).toMatchObject({
      status: 'missing_requirements',
      missing_fields: ['email_address', 'password'],
      created_user_id: null,
    });
    const path = `/client/sign_ups/${String(begun.id)}`;
    const named = { fields: { email_address: 'dan@example.com', password: '' }, method: 'PATCH' };
    expect(await browser.tell(path, named)).toMatchObject({ missing_fields: ['password'] });
    expect(await browser.client()).toMatchObject({ sign_up: { id: begun.id }, sessions: [] });
    expect(await browser.tell(path)).toMatchObject({ email_address: 'dan@example.com' });

    const said = { fields: { password: PASSWORD }, method: 'PATCH' };
    expect(await browser.tell(path, said)).toMatchObject({ status: 'complete' });
    expect((await browser.client()).sessions).toHaveLength(1);
    expect(await browser.tell(path, said)).toMatchObject({ status: 'complete' });
    expect((await browser.client()).sessions).toHaveLength(1);
  });

  it('as a user for tests and for the Backend API too, with the chosen password', async () => {
    const fields = { email_address: 'erin@example.com', password: PASSWORD };
    const { created_user_id: userId } = await browser.tell('/client/sign_ups', { fields });
    expect(clerk.signIn('erin').userId).toBe(userId);
    const { body } = await askBackend(clerk, `/v1/users/${String(userId)}`);
    expect(body.email_addresses).toMatchObject([{ email_address: 'erin@example.com' }]);

    const other = await LocalBrowser.open(clerk);
    expect(await other.signIn('erin@example.com', PASSWORD)).toMatch(/^sess_/);
    const usual = { strategy: 'password', identifier: 'erin@example.com' };
    const refused = await (
      await LocalBrowser.open(clerk)
    ).ask('/client/sign_ins', { fields: { ...usual, password: 'correct-horse-battery' } });
    expect(codeOf(refused)).toBe('form_password_incorrect');
  });

  it.each(['frank@elsewhere.test', 'gina+clerk@example.com'])(
    'under its whole address where no shorter name fits: %s',
    async (address) => {
      const fields = { email_address: address, password: PASSWORD };
      const { created_user_id: userId } = await browser.tell('/client/sign_ups', { fields });
      expect(clerk.signIn(address).userId).toBe(userId);
      expect((await browser.client()).sessions).toMatchObject([
        { user: { username: null, email_addresses: [{ email_address: address }] } },
      ]);
    },
  );

  describe('and says what is wrong, in the words that the form understands', () => {
    it.each([
      ['an address that is taken', 'ada@example.com', 'form_identifier_exists'],
      ['the same in capitals', 'ADA@example.com', 'form_identifier_exists'],
      ['no address at all', 'nobody', 'form_param_format_invalid'],
      ['half an address', 'nobody@', 'form_param_format_invalid'],
      ['two addresses', 'a@b.test c@d.test', 'form_param_format_invalid'],
    ])('%s', async (_, address, code) => {
      const fields = { email_address: address, password: PASSWORD };
      const told = await browser.ask('/client/sign_ups', { fields });
      expect(told.status).toBe(422);
      expect(told.body.errors).toMatchObject([{ code, meta: { param_name: 'email_address' } }]);
      expect(await browser.tell('/client')).toBeNull();
    });

    it.each([
      ['7 characters', 'a'.repeat(7), 'form_password_length_too_short'],
      ['73 characters', 'a'.repeat(73), 'form_password_length_too_long'],
    ])('a password of %s', async (_, password, code) => {
      const fields = { email_address: 'henry@example.com', password };
      const told = await browser.ask('/client/sign_ups', { fields });
      expect(told.status).toBe(422);
      expect(told.body.errors).toMatchObject([{ code, meta: { param_name: 'password' } }]);
    });

    it.each([8, 72])('but not a password of %i characters', async (length) => {
      const fields = { email_address: `user${length}@example.com`, password: 'a'.repeat(length) };
      expect(await browser.tell('/client/sign_ups', { fields })).toMatchObject({
        status: 'complete',
      });
    });
  });

  it("does not go on with another browser's attempt", async () => {
    const { id } = await browser.tell('/client/sign_ups', { fields: {} });
    const other = await LocalBrowser.open(clerk);
    const path = `/client/sign_ups/${String(id)}`;
    const told = [
      await other.ask(path),
      await other.ask(path, { fields: { password: PASSWORD }, method: 'PATCH' }),
      await browser.ask('/client/sign_ups/sua_0'),
    ];
    expect(told.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(await browser.tell(path)).toMatchObject({ has_password: false });
  });
});
