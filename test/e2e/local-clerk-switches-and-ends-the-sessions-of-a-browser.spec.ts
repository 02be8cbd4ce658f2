import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { codeOf } from '../support/ask-backend.js';
import { claimsOf, LocalBrowser } from '../support/local-browser.js';

const START = Date.parse('2026-01-01T00:00:00Z');

describe('LocalClerk switches and ends the sessions of a browser', () => {
  let now = START;
  let clerk: LocalClerk;
  let browser: LocalBrowser;
  let ada: string;
  let bob: string;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => now, tokenLifetime: 30 });
  });

  beforeEach(async () => {
    now = START;
    browser = await LocalBrowser.open(clerk, 'http://localhost:4321');
    ada = await browser.signIn('ada@example.com');
    bob = await browser.signIn('bob@example.com');
  });

  afterAll(async () => {
    await clerk.stop();
  });

  const signedIn = async (): Promise<unknown> =>
    (await browser.client()).sessions.map(({ id }) => id);
  const lastActive = async (): Promise<unknown> => (await browser.client()).last_active_session_id;

  describe('a token', () => {
    it('is of the session, for the page that asks, for as long as tokens live here', async () => {
      const told = await browser.token(ada);
      expect(told.body).toEqual({ object: 'token', jwt: expect.any(String) });
      expect(claimsOf(told)).toMatchObject({
        sid: ada,
        sub: clerk.session(ada).userId,
        azp: 'http://localhost:4321',
        iss: clerk.issuer,
        iat: START / 1000,
        exp: START / 1000 + 30,
      });
    });

    it('is a new one every time, and moves with the clock', async () => {
      const first = await browser.token(ada);
      now += 31_000;
      const second = await browser.token(ada);
      expect(claimsOf(second)).toMatchObject({ iat: START / 1000 + 31, exp: START / 1000 + 61 });
      expect(claimsOf(second).jti).not.toBe(claimsOf(first).jti);
    });

    it('names the page by its Referer where browsers send no Origin', async () => {
      const url = `${clerk.url}/v1/client?__clerk_db_jwt=${browser.id}`;
      const partyIn = async (headers: Record<string, string>): Promise<unknown> => {
        const { response } = (await (await fetch(url, { headers })).json()) as {
          response: { sessions: { last_active_token: Record<string, unknown> }[] };
        };
        return claimsOf({ body: response.sessions[0]!.last_active_token }).azp;
      };
      expect(await partyIn({ referer: 'http://localhost:9/a?b' })).toBe('http://localhost:9');
      expect(await partyIn({ referer: 'http://localhost:9/', origin: 'http://localhost:8' })).toBe(
        'http://localhost:8',
      );
      const usual = claimsOf({ body: { jwt: clerk.mint() } }).azp;
      expect(await partyIn({})).toBe(usual);
      expect(await partyIn({ referer: 'https://evil.example/' })).toBe(usual);
      expect(await partyIn({ referer: 'nonsense' })).toBe(usual);
    });

    it('comes along with every session, and is not older than the client', async () => {
      now += 5000;
      const { updated_at: updatedAt, sessions } = (
        await browser.ask(`/client/sessions/${ada}/touch`, { fields: {} })
      ).body.client as { updated_at: number; sessions: Record<string, unknown>[] };
      expect(updatedAt).toBe(now);
      for (const { last_active_token: token } of sessions) {
        const { iat } = claimsOf({ body: token as Record<string, unknown> });
        expect(iat).toBeGreaterThanOrEqual(Math.floor(updatedAt / 1000));
      }
    });

    it.each(['revoked', 'ended', 'expired'] as const)(
      'is refused with 401 once the session is %s, and the client forgets it',
      async (status) => {
        clerk.setStatus(bob, status);
        const told = await browser.token(bob);
        expect([told.status, codeOf(told)]).toEqual([401, 'authentication_invalid']);
        expect(await signedIn()).toEqual([ada]);
        expect(await lastActive()).toBeNull();
      },
    );

    it('is refused with 404 for a template: there is none', async () => {
      const told = await browser.ask(`/client/sessions/${ada}/tokens/hasura`, { fields: {} });
      expect(told.status).toBe(404);
    });
  });

  describe('touching', () => {
    it('makes a session the last active one, at this moment', async () => {
      now += 5000;
      const told = await browser.ask(`/client/sessions/${ada}/touch`, {
        fields: { active_organization_id: '', intent: 'select_session' },
      });
      expect(told.body.response).toMatchObject({ id: ada, last_active_at: now });
      expect(told.body.client).toMatchObject({ last_active_session_id: ada });
      expect(await lastActive()).toBe(ada);
    });
  });

  describe('signing out', () => {
    it.each([
      ['remove', 'removed'],
      ['end', 'ended'],
    ])('%s: of one, who is %s; the other stays', async (action, status) => {
      const told = await browser.ask(`/client/sessions/${bob}/${action}`, { fields: {} });
      expect(told.body.response).toMatchObject({ id: bob, status, last_active_token: null });
      expect(told.body.client).toMatchObject({
        last_active_session_id: null,
        sessions: [{ id: ada, status: 'active' }],
      });
      expect(clerk.session(bob).status).toBe(status);
      expect((await browser.token(bob)).status).toBe(401);
      expect((await browser.token(ada)).status).toBe(200);
    });

    it('of one that is not the last active one leaves that one', async () => {
      await browser.ask(`/client/sessions/${ada}/remove`, { fields: {} });
      expect(await lastActive()).toBe(bob);
    });

    it('of all: the client stays, and nobody is in it', async () => {
      const { id } = await browser.client();
      clerk.revoke(ada);
      const told = await browser.ask('/client/sessions', { fields: {}, method: 'DELETE' });
      const empty = { id, sessions: [], last_active_session_id: null };
      expect(told.body).toMatchObject({ response: empty, client: empty });
      expect([ada, bob].map((session) => clerk.session(session).status)).toEqual([
        'revoked',
        'removed',
      ]);
    });

    it('and forgetting the client: the next one is another', async () => {
      const { id } = await browser.client();
      const told = await browser.ask('/client', { fields: {}, method: 'DELETE' });
      expect(told.body).toEqual({ response: null, client: null });
      expect(clerk.session(bob).status).toBe('removed');
      await browser.signIn('ada@example.com');
      expect((await browser.client()).id).not.toBe(id);
    });

    it('of all where nobody is: nothing happens', async () => {
      const other = await LocalBrowser.open(clerk);
      const told = await other.ask('/client/sessions', { fields: {}, method: 'DELETE' });
      expect([told.status, told.body.response]).toEqual([200, null]);
      expect(await signedIn()).toEqual([ada, bob]);
    });
  });

  describe('proving once more to be the one', () => {
    const path = (): string => `/client/sessions/${bob}/verify`;
    const agesOf = async (): Promise<unknown> => claimsOf(await browser.token(bob)).fva;

    it('by password: the age of the proof is 0 again', async () => {
      now += 20 * 60_000;
      expect(await agesOf()).toEqual([20, -1]);
      const begun = await browser.tell(path(), { fields: { level: 'first_factor' } });
      expect(begun).toMatchObject({
        object: 'session_verification',
        status: 'needs_first_factor',
        supported_first_factors: [{ strategy: 'password' }],
        session: { id: bob, factor_verification_age: [20, -1] },
      });
      const fields = { strategy: 'password', password: 'correct-horse-battery' };
      const done = await browser.tell(`${path()}/attempt_first_factor`, { fields });
      expect(done).toMatchObject({
        status: 'complete',
        session: { id: bob, factor_verification_age: [0, -1] },
      });
      expect(await agesOf()).toEqual([0, -1]);
    });

    it.each([
      ['another password', { strategy: 'password', password: 'x' }, 'form_password_incorrect'],
      ['no password', { strategy: 'password' }, 'form_param_nil'],
      ['another strategy', { strategy: 'totp', code: '424242' }, 'strategy_for_user_invalid'],
    ])('not by %s: it goes on ageing', async (_, fields: Record<string, string>, code) => {
      now += 20 * 60_000;
      const told = await browser.ask(`${path()}/attempt_first_factor`, { fields });
      expect(codeOf(told)).toBe(code);
      expect(await agesOf()).toEqual([20, -1]);
    });
  });

  describe("another browser's session", () => {
    it.each(['touch', 'tokens', 'end', 'remove', 'verify'])('is 404 to %s', async (action) => {
      const other = await LocalBrowser.open(clerk);
      await other.signIn('ada@example.com');
      const told = await other.ask(`/client/sessions/${ada}/${action}`, { fields: {} });
      expect([told.status, codeOf(told)]).toEqual([404, 'resource_not_found']);
      expect(clerk.session(ada).status).toBe('active');
    });

    it('is 404 to read, as one that does not exist; its own is told', async () => {
      const other = await LocalBrowser.open(clerk);
      expect((await other.ask(`/client/sessions/${ada}`)).status).toBe(404);
      expect((await browser.ask('/client/sessions/sess_0')).status).toBe(404);
      expect(await browser.tell(`/client/sessions/${ada}`)).toMatchObject({ id: ada });
    });
  });

  describe('the profile', () => {
    it('is of the session that the tab shows, else of the last active one', async () => {
      const nameAt = async (query?: Record<string, string>): Promise<unknown> =>
        (await browser.tell('/me', query === undefined ? {} : { query })).username;
      expect(await nameAt()).toBe('bob');
      expect(await nameAt({ _clerk_session_id: ada })).toBe('ada');
    });

    it('lists wherever the same user is signed in, and nobody else', async () => {
      const zora = clerk.signIn('zora');
      const other = clerk.signIn('zora');
      clerk.revoke(clerk.signIn('zora'));
      const session = await browser.signIn('zora@example.com');
      const { body } = await browser.ask('/me/sessions/active');
      expect(body).toMatchObject(
        [zora.sessionId, other.sessionId, session].map((id) => ({ id, status: 'active' })),
      );
    });

    it('tells nothing private', async () => {
      expect(Object.keys(await browser.tell('/me'))).not.toContain('private_metadata');
    });

    it.each(['', '/organization_memberships', '/organization_invitations'])(
      'is 401 without a session of this browser that is not over: /me%s',
      async (path) => {
        const other = await LocalBrowser.open(clerk);
        const told = [
          await other.ask(`/me${path}`),
          await other.ask(`/me${path}`, { query: { _clerk_session_id: ada } }),
          await browser.ask(`/me${path}`, { query: { _clerk_session_id: 'sess_0' } }),
        ];
        clerk.revoke(bob);
        told.push(await browser.ask(`/me${path}`, { query: { _clerk_session_id: bob } }));
        for (const one of told) {
          expect([one.status, codeOf(one)]).toEqual([401, 'authentication_invalid']);
        }
      },
    );
  });
});
