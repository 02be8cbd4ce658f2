import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { codeOf } from '../support/ask-backend.js';
import { LocalBrowser } from '../support/local-browser.js';

const PASSWORD = 'correct-horse-battery';
const ADA = 'ada@example.com';

describe('LocalClerk signs a browser in by password', () => {
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

  describe('in two steps, as the form does', () => {
    it('first says what may be tried, then opens a session', async () => {
      const begun = await browser.ask('/client/sign_ins', { fields: { identifier: ADA } });
      expect(begun.status).toBe(200);
      const signIn = begun.body.response as { id: string };
      expect(signIn).toMatchObject({
        object: 'sign_in',
        status: 'needs_first_factor',
        identifier: ADA,
        supported_first_factors: [{ strategy: 'password' }],
        created_session_id: null,
        user_data: { first_name: 'ada' },
      });
      expect(begun.body.client).toMatchObject({ sign_in: { id: signIn.id }, sessions: [] });

      const done = await browser.ask(`/client/sign_ins/${signIn.id}/attempt_first_factor`, {
        fields: { strategy: 'password', password: PASSWORD },
      });
      const { created_session_id: sessionId } = done.body.response as Record<string, string>;
      expect(done.body.response).toMatchObject({ id: signIn.id, status: 'complete' });
      expect(done.body.client).toMatchObject({
        sign_in: null,
        last_active_session_id: sessionId,
        sessions: [{ id: sessionId, status: 'active', user: { username: 'ada' } }],
      });
    });

    it('goes on where it was after a reload', async () => {
      const { id } = await browser.tell('/client/sign_ins', { fields: { identifier: ADA } });
      expect(await browser.client()).toMatchObject({ sign_in: { id, identifier: ADA } });
      expect(await browser.tell(`/client/sign_ins/${String(id)}`)).toMatchObject({
        status: 'needs_first_factor',
      });
    });

    it('is not finished twice', async () => {
      const { id } = await browser.tell('/client/sign_ins', { fields: { identifier: ADA } });
      const path = `/client/sign_ins/${String(id)}/attempt_first_factor`;
      const fields = { strategy: 'password', password: PASSWORD };
      await browser.ask(path, { fields });
      const again = await browser.ask(path, { fields });
      expect([again.status, codeOf(again)]).toEqual([400, 'identifier_already_signed_in']);
      expect((await browser.client()).sessions).toHaveLength(1);
      await browser.ask('/client/sessions', { fields: {}, method: 'DELETE' });
      expect((await browser.ask(path, { fields })).status).toBe(400);
      expect((await browser.client()).sessions).toEqual([]);
    });
  });

  it('in one step, as a program does', async () => {
    const fields = { strategy: 'password', identifier: ADA, password: PASSWORD };
    const signIn = await browser.tell('/client/sign_ins', { fields });
    expect(signIn).toMatchObject({ status: 'complete', created_session_id: expect.any(String) });
  });

  it('whatever the case of the address', async () => {
    expect(await browser.signIn('Ada@Example.COM')).toMatch(/^sess_/);
  });

  it('several people, one after the other', async () => {
    const ada = await browser.signIn(ADA);
    const bob = await browser.signIn('bob@example.com');
    expect(await browser.client()).toMatchObject({
      last_active_session_id: bob,
      sessions: [{ id: ada }, { id: bob }],
    });
  });

  it('with the password of this LocalClerk', async () => {
    await using other = await LocalClerk.start({ password: 'open sesame' });
    const visitor = await LocalBrowser.open(other);
    const fields = { strategy: 'password', identifier: ADA, password: PASSWORD };
    const refused = await visitor.ask('/client/sign_ins', { fields });
    expect(codeOf(refused)).toBe('form_password_incorrect');
    expect(await visitor.signIn(ADA, 'open sesame')).toMatch(/^sess_/);
  });

  it('anybody whom a test has signed in before, by name or address', async () => {
    const { userId } = clerk.signIn('grace');
    expect(clerk.signIn('grace@example.com').userId).toBe(userId);
    await browser.signIn('grace@example.com');
    expect((await browser.client()).sessions).toMatchObject([{ user: { id: userId } }]);

    const elsewhere = clerk.signIn('linus@elsewhere.test').userId;
    await browser.signIn('linus@elsewhere.test');
    expect((await browser.client()).sessions[1]).toMatchObject({
      user: { id: elsewhere, username: null, first_name: null },
      public_user_data: { identifier: 'linus@elsewhere.test' },
    });
  });

  describe('and says what is wrong, in the words that the form understands', () => {
    it.each([
      ['nobody of that address', { identifier: 'zoe@example.com' }, 'form_identifier_not_found'],
      ['a name in place of an address', { identifier: 'ada' }, 'form_identifier_not_found'],
      ['no identifier', {}, 'form_param_nil'],
      ['an empty identifier', { identifier: '' }, 'form_param_nil'],
    ])('%s', async (_, fields: Record<string, string>, code) => {
      const told = await browser.ask('/client/sign_ins', { fields });
      expect(told.status).toBe(422);
      expect(told.body.errors).toMatchObject([{ code, meta: { param_name: 'identifier' } }]);
      expect(await browser.tell('/client')).toBeNull();
    });

    it.each([
      ['another password', { password: 'wrong' }, 'form_password_incorrect'],
      ['an empty password', { password: '' }, 'form_param_nil'],
      ['no password', {}, 'form_param_nil'],
    ])('%s', async (_, rest: Record<string, string>, code) => {
      const fields = { strategy: 'password', identifier: ADA, ...rest };
      const told = await browser.ask('/client/sign_ins', { fields });
      expect(told.status).toBe(422);
      expect(told.body.errors).toMatchObject([{ code, meta: { param_name: 'password' } }]);
      expect((await browser.client()).sessions).toEqual([]);
    });

    it('a whole error, as Clerk writes it', async () => {
      const fields = { strategy: 'password', identifier: ADA, password: 'wrong' };
      const message = 'Password is incorrect. Try again, or use another method.';
      expect((await browser.ask('/client/sign_ins', { fields })).body).toEqual({
        errors: [
          {
            code: 'form_password_incorrect',
            message,
            long_message: message,
            meta: { param_name: 'password' },
          },
        ],
        clerk_trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      });
    });

    it.each(['email_code', 'ticket', 'passkey'])('another strategy: %s', async (strategy) => {
      const told = await browser.ask('/client/sign_ins', { fields: { identifier: ADA, strategy } });
      expect([told.status, codeOf(told)]).toEqual([400, 'strategy_for_user_invalid']);
    });

    it('the same person again, in an attempt begun before', async () => {
      const { id } = await browser.tell('/client/sign_ins', { fields: { identifier: ADA } });
      await browser.signIn(ADA);
      const fields = { strategy: 'password', password: PASSWORD };
      const path = `/client/sign_ins/${String(id)}/attempt_first_factor`;
      expect(codeOf(await browser.ask(path, { fields }))).toBe('identifier_already_signed_in');
      expect((await browser.client()).sessions).toHaveLength(1);
    });

    it('the same person again, with the session that is there', async () => {
      const sessionId = await browser.signIn(ADA);
      const again = await browser.ask('/client/sign_ins', { fields: { identifier: ADA } });
      expect(again.status).toBe(400);
      expect(again.body.errors).toMatchObject([
        { code: 'identifier_already_signed_in', meta: { session_id: sessionId } },
      ]);
      clerk.revoke(sessionId);
      expect(await browser.signIn(ADA)).not.toBe(sessionId);
    });
  });

  it("does not go on with another browser's attempt", async () => {
    const { id } = await browser.tell('/client/sign_ins', { fields: { identifier: ADA } });
    const other = await LocalBrowser.open(clerk);
    const path = `/client/sign_ins/${String(id)}`;
    const fields = { strategy: 'password', password: PASSWORD };
    const told = [
      await other.ask(path),
      await other.ask(`${path}/attempt_first_factor`, { fields }),
      await browser.ask('/client/sign_ins/sia_0'),
    ];
    expect(told.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(await other.tell('/client')).toBeNull();
  });
});
