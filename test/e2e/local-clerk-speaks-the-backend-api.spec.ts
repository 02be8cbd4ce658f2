import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { CallLog } from '../../src/doors/testing/backend-api/call-log.js';
import { askBackend, codeOf } from '../support/ask-backend.js';

const START = Date.parse('2026-01-01T00:00:00Z');
const DAY = 24 * 60 * 60 * 1000;

describe('LocalClerk speaks the Backend API', () => {
  let now = START;
  let clerk: LocalClerk;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => now });
  });

  beforeEach(() => {
    now = START;
    clerk.forgetCalls();
  });

  afterAll(async () => {
    await clerk.stop();
  });

  describe('whoever asks must bear the secret key', () => {
    it.each([
      ['no key', {}],
      ['another key', { authorization: 'Bearer sk_test_other' }],
      ['the key without its scheme', { authorization: 'sk_test_mine' }],
    ])('%s is answered with 401 clerk_key_invalid', async (_, headers: Record<string, string>) => {
      const response = await fetch(`${clerk.url}/v1/jwks`, { headers });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({
        errors: [
          {
            code: 'clerk_key_invalid',
            message: 'The provided Clerk Secret Key is invalid',
            long_message: 'The provided Clerk Secret Key is invalid',
            meta: {},
          },
        ],
        clerk_trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      });
      expect(clerk.calls).toMatchObject([{ authorized: false }]);
    });

    it('the right key is let in, and the content type is exactly application/json', async () => {
      const told = await askBackend(clerk, '/v1/jwks');
      expect(told.status).toBe(200);
      expect(told.headers.get('content-type')).toBe('application/json');
    });
  });

  describe('GET /v1/jwks', () => {
    it('lists the public half of the signing key and nothing private', async () => {
      const { body } = await askBackend(clerk, '/v1/jwks');
      expect(body.keys).toEqual([
        {
          use: 'sig',
          kty: 'RSA',
          alg: 'RS256',
          kid: expect.stringMatching(/^ins_\w{27}$/),
          n: expect.any(String),
          e: 'AQAB',
        },
      ]);
    });

    it('keeps the old key through a rotation until it is retired', async () => {
      await using rotating = await LocalClerk.start();
      const jwtKey = rotating.jwtKey;
      const [first] = await kidsOf(rotating);
      rotating.rotateKey();
      expect(await kidsOf(rotating)).toEqual([expect.not.stringContaining(first ?? ''), first]);
      expect(rotating.jwtKey).not.toBe(jwtKey);
      rotating.retireOldKeys();
      expect(await kidsOf(rotating)).toEqual([expect.not.stringContaining(first ?? '')]);
    });

    it('drops the old key at once when told so', async () => {
      await using rotating = await LocalClerk.start();
      const [first] = await kidsOf(rotating);
      rotating.rotateKey({ keepOld: false });
      expect(await kidsOf(rotating)).toEqual([expect.not.stringContaining(first ?? '')]);
    });

    it('lists foreign keys as they were published', async () => {
      await using open = await LocalClerk.start();
      open.publish({ kty: 'oct', kid: 'shared', k: 'AAAA' });
      const { body } = await askBackend(open, '/v1/jwks');
      expect(body.keys).toContainEqual({ kty: 'oct', kid: 'shared', k: 'AAAA' });
    });
  });

  describe('POST /v1/clients/verify', () => {
    it('tells everything about the client of the token', async () => {
      const { clientId, clientToken, sessionId, userId } = clerk.signIn('ada');
      const told = await askBackend(clerk, '/v1/clients/verify', { token: clientToken });
      expect(told.status).toBe(200);
      expect(told.body).toEqual({
        object: 'client',
        id: clientId,
        session_ids: [sessionId],
        sessions: [
          {
            object: 'session',
            id: sessionId,
            user_id: userId,
            client_id: clientId,
            actor: null,
            status: 'active',
            last_active_organization_id: null,
            last_active_at: START,
            latest_activity: null,
            expire_at: START + 7 * DAY,
            abandon_at: START + 30 * DAY,
            created_at: START,
            updated_at: START,
            tasks: [],
          },
        ],
        sign_in_id: null,
        sign_up_id: null,
        last_active_session_id: sessionId,
        last_authentication_strategy: 'password',
        created_at: START,
        updated_at: START,
      });
    });

    it('takes a form as well, as the original SDK sent it', async () => {
      const { clientId, clientToken } = clerk.signIn('ada');
      const response = await fetch(`${clerk.url}/v1/clients/verify`, {
        method: 'POST',
        headers: { authorization: `Bearer ${clerk.secretKey}` },
        body: new URLSearchParams({ token: clientToken }),
      });
      expect(await response.json()).toMatchObject({ object: 'client', id: clientId });
    });

    it('lists several people of one browser, the newest last active', async () => {
      const ada = clerk.signIn('ada');
      const bob = clerk.signIn('bob', { client: ada });
      const { body } = await askBackend(clerk, '/v1/clients/verify', { token: bob.clientToken });
      expect(body).toMatchObject({
        id: ada.clientId,
        session_ids: [ada.sessionId, bob.sessionId],
        last_active_session_id: bob.sessionId,
      });
    });

    it('points where setLastActive and activate point it', async () => {
      const ada = clerk.signIn('ada');
      clerk.signIn('bob', { client: ada.clientId });
      const lastActive = async (): Promise<unknown> => {
        const told = await askBackend(clerk, '/v1/clients/verify', { token: ada.clientToken });
        return told.body.last_active_session_id;
      };
      clerk.activate(ada);
      expect(await lastActive()).toBe(ada.sessionId);
      clerk.setLastActive(ada, null);
      expect(await lastActive()).toBeNull();
      clerk.setLastActive(ada.clientId, 'sess_dangling');
      expect(await lastActive()).toBe('sess_dangling');
    });

    it('keeps a revoked session in the list', async () => {
      const ada = clerk.signIn('ada');
      clerk.revoke(ada);
      const { body } = await askBackend(clerk, '/v1/clients/verify', { token: ada.clientToken });
      expect(body).toMatchObject({
        last_active_session_id: ada.sessionId,
        sessions: [{ id: ada.sessionId, status: 'revoked' }],
      });
    });

    it('answers 404 for a token it never gave out', async () => {
      const told = await askBackend(clerk, '/v1/clients/verify', { token: 'clt_other' });
      expect([told.status, codeOf(told)]).toEqual([404, 'resource_not_found']);
    });

    it.each([[{}], [{ token: '' }], [{ token: 5 }]])('answers 400 for %j', async (body) => {
      const told = await askBackend(clerk, '/v1/clients/verify', body);
      expect([told.status, codeOf(told)]).toEqual([400, 'form_param_missing']);
    });

    it.each([['{"token":'], ['[]'], ['null']])('answers 400 for the body %s', async (body) => {
      const response = await fetch(`${clerk.url}/v1/clients/verify`, {
        method: 'POST',
        headers: { authorization: `Bearer ${clerk.secretKey}`, 'content-type': 'application/json' },
        body,
      });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('request_body_invalid');
    });

    it('answers 413 above 64 kB, and lives on', async () => {
      const told = await askBackend(clerk, '/v1/clients/verify', { token: 'x'.repeat(64 * 1024) });
      expect([told.status, codeOf(told)]).toEqual([413, 'request_body_too_large']);
      expect((await askBackend(clerk, '/v1/jwks')).status).toBe(200);
    });
  });

  describe('POST /v1/sessions/:id/verify', () => {
    it('tells the session of that client, whatever its status', async () => {
      const { sessionId, clientToken } = clerk.signIn('ada');
      clerk.setStatus(sessionId, 'ended');
      const told = await askBackend(clerk, `/v1/sessions/${sessionId}/verify`, {
        token: clientToken,
      });
      expect(told.status).toBe(200);
      expect(told.body).toMatchObject({ object: 'session', id: sessionId, status: 'ended' });
    });

    it('answers 404 when the session is of another client', async () => {
      const { sessionId } = clerk.signIn('ada');
      const { clientToken } = clerk.signIn('bob');
      const told = await askBackend(clerk, `/v1/sessions/${sessionId}/verify`, {
        token: clientToken,
      });
      expect([told.status, codeOf(told)]).toEqual([404, 'resource_not_found']);
    });

    it('answers 404 for a session that is not there, 400 without a token', async () => {
      const { sessionId, clientToken } = clerk.signIn('ada');
      const unknown = await askBackend(clerk, '/v1/sessions/sess_0/verify', { token: clientToken });
      const tokenless = await askBackend(clerk, `/v1/sessions/${sessionId}/verify`, {});
      expect([unknown.status, tokenless.status]).toEqual([404, 400]);
    });

    it.each([
      ['gone', 404, 'resource_not_found'],
      ['deprecated', 410, 'operation_deprecated'],
    ] as const)('may be %s: %i %s', async (sessionVerify, status, code) => {
      await using newer = await LocalClerk.start({ sessionVerify });
      const { sessionId, clientToken } = newer.signIn('ada');
      const told = await askBackend(newer, `/v1/sessions/${sessionId}/verify`, {
        token: clientToken,
      });
      expect([told.status, codeOf(told)]).toEqual([status, code]);
    });
  });

  describe('sessions', () => {
    it('end by the clock, and the clock is the given one', async () => {
      const { sessionId } = clerk.signIn('ada');
      const status = async (): Promise<unknown> =>
        (await askBackend(clerk, `/v1/sessions/${sessionId}`)).body.status;
      now = START + 7 * DAY - 1;
      expect(await status()).toBe('active');
      now = START + 7 * DAY;
      expect(await status()).toBe('expired');
      clerk.setExpireAt(sessionId, now + 40 * DAY);
      expect(await status()).toBe('active');
      now = START + 30 * DAY;
      expect(await status()).toBe('abandoned');
    });

    it('are revoked over HTTP, once', async () => {
      const { sessionId } = clerk.signIn('ada');
      const path = `/v1/sessions/${sessionId}/revoke`;
      expect(await askBackend(clerk, path, {})).toMatchObject({ body: { status: 'revoked' } });
      clerk.setStatus(sessionId, 'ended');
      const again = await askBackend(clerk, path, {});
      expect(again).toMatchObject({ status: 200, body: { status: 'ended' } });
    });

    it('are never revoked by a GET', async () => {
      const ada = clerk.signIn('ada');
      const told = await askBackend(clerk, `/v1/sessions/${ada.sessionId}/revoke`);
      expect(told.status).toBe(404);
      expect(clerk.session(ada).status).toBe('active');
    });

    it('that do not exist answer 404', async () => {
      expect((await askBackend(clerk, '/v1/sessions/sess_0')).status).toBe(404);
      expect((await askBackend(clerk, '/v1/sessions/sess_0/revoke', {})).status).toBe(404);
    });
  });

  it('tells a user by id, and the same name is the same user', async () => {
    const { userId } = clerk.signIn('carol');
    expect(clerk.signIn('carol').userId).toBe(userId);
    const told = await askBackend(clerk, `/v1/users/${userId}`);
    expect(told.body).toMatchObject({ object: 'user', id: userId, username: 'carol' });
    expect((await askBackend(clerk, '/v1/users/user_0')).status).toBe(404);
  });

  it.each(['/v1', '/v1/nothing', '/v2/jwks', '/v1/jwks/', '/v1/sessions/%2e%2e'])(
    'answers 404 resource_not_found at %s',
    async (path) => {
      const told = await askBackend(clerk, path);
      expect([told.status, codeOf(told)]).toEqual([404, 'resource_not_found']);
    },
  );

  describe('the record of calls', () => {
    it('holds path, query, version and whether the key was right', async () => {
      await fetch(`${clerk.url}/v1/jwks?a=1&b=2`, {
        headers: { 'clerk-api-version': '2026-05-12' },
      });
      expect(clerk.calls).toEqual([
        {
          method: 'GET',
          path: '/v1/jwks',
          query: 'a=1&b=2',
          authorized: false,
          version: '2026-05-12',
        },
      ]);
    });

    it('holds no token and no key, wherever they were put', async () => {
      const { clientToken, sessionToken } = clerk.signIn('ada');
      for (const secret of [clientToken, sessionToken, clerk.secretKey]) {
        await askBackend(clerk, `/v1/${secret}?token=${secret}`, { token: secret });
        expect(clerk.calls.at(-1)).toMatchObject({
          path: '/v1/[redacted]',
          query: 'token=[redacted]',
        });
        expect(JSON.stringify(clerk.calls)).not.toContain(secret);
      }
    });

    it('keeps the last 10,000 and counts them all', () => {
      const log = new CallLog();
      for (let n = 0; n <= 10_000; n++) {
        log.record({ method: 'GET', path: `/${n}`, query: '', authorized: true });
      }
      expect([log.count, log.all.length, log.all[0]?.path]).toEqual([10_001, 10_000, '/1']);
    });

    it('is searched by path and by pattern, and forgets', async () => {
      await askBackend(clerk, '/v1/jwks');
      await askBackend(clerk, '/v1/sessions/sess_0');
      expect(clerk.callsTo('/v1/jwks')).toHaveLength(1);
      expect(clerk.callsTo(/^\/v1\/sessions\//g)).toHaveLength(1);
      expect(clerk.callsTo('/v1')).toEqual([]);
      expect(clerk.callCount).toBe(2);
      clerk.forgetCalls();
      expect([clerk.callCount, clerk.calls]).toEqual([0, []]);
    });
  });
});

async function kidsOf(clerk: LocalClerk): Promise<string[]> {
  const { body } = await askBackend(clerk, '/v1/jwks');
  return (body.keys as { kid: string }[]).map(({ kid }) => kid);
}
