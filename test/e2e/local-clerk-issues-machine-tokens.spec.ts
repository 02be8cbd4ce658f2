import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import type { M2mTokenSpec, OAuthTokenSpec, TokenSpec } from 'nestjs-clerk-auth/testing';
import { askBackend, codeOf, type Told } from '../support/ask-backend.js';

const START = Date.parse('2026-01-01T00:00:00.750Z');
const SECONDS = Math.floor(START / 1000);
const HOUR = 60 * 60;
const DAY = 24 * HOUR;

const API_KEYS = '/api_keys/verify';
const M2M_TOKENS = '/m2m_tokens/verify';
const OAUTH_TOKENS = '/oauth_applications/access_tokens/verify';

describe('LocalClerk issues machine tokens', () => {
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

  const verifyApiKey = async (secret: unknown): Promise<Told> =>
    askBackend(clerk, API_KEYS, { secret });
  const verifyM2m = async (token: unknown): Promise<Told> =>
    askBackend(clerk, M2M_TOKENS, { token });
  const verifyOAuth = async (token: unknown): Promise<Told> =>
    askBackend(clerk, OAUTH_TOKENS, { access_token: token });

  describe('API keys', () => {
    it('that act for a user, with everything Clerk says of one', async () => {
      const ada = clerk.signIn('ada');
      const key = clerk.createApiKey({
        subject: ada,
        name: 'Nightly export',
        scopes: ['read:users'],
        claims: { tier: 'gold' },
        expiresIn: 60,
      });
      expect(key).toEqual({
        id: expect.stringMatching(/^ak_[A-Za-z0-9]{27}$/),
        secret: expect.stringMatching(/^ak_[A-Za-z0-9]{42}$/),
        subject: ada.userId,
        header: `Bearer ${key.secret}`,
      });
      expect(await verifyApiKey(key.secret)).toMatchObject({
        status: 200,
        body: {
          object: 'api_key',
          id: key.id,
          type: 'api_key',
          name: 'Nightly export',
          description: null,
          subject: ada.userId,
          scopes: ['read:users'],
          claims: { tier: 'gold' },
          revoked: false,
          revocation_reason: null,
          expired: false,
          expiration: START + 60_000,
          created_by: null,
          last_used_at: null,
          created_at: START,
          updated_at: START,
        },
      });
    });

    it('that never end and claim nothing, unless told so', async () => {
      const { body } = await verifyApiKey(clerk.createApiKey().secret);
      expect(body).toMatchObject({ expiration: null, expired: false, claims: null, scopes: [] });
      expect(body.subject).toBe(clerk.signIn('ada').userId);
    });

    it('that act for an organization or a machine', () => {
      const organization = clerk.organization('acme').id;
      const machine = clerk.createMachine('worker');
      const subjects = [
        clerk.createApiKey({ subject: { organization: 'acme' } }),
        clerk.createApiKey({ subject: { machine: 'worker' } }),
        clerk.createApiKey({ subject: { machine } }),
        clerk.createApiKey({ subject: 'bob' }),
      ].map(({ subject }) => subject);
      expect(subjects).toEqual([organization, machine.id, machine.id, clerk.signIn('bob').userId]);
    });

    it('whose secret is never told', async () => {
      const key = clerk.createApiKey();
      const { body } = await verifyApiKey(key.secret);
      expect(JSON.stringify(body)).not.toContain(key.secret);
    });

    it('that are answered with 200 and the truth, once revoked', async () => {
      const [key, other] = [clerk.createApiKey(), clerk.createApiKey()];
      clerk.revokeMachineToken(key);
      expect(await verifyApiKey(key.secret)).toMatchObject({
        status: 200,
        body: { revoked: true, revocation_reason: expect.any(String), expired: false },
      });
      expect((await verifyApiKey(other.secret)).body).toMatchObject({ revoked: false });
    });

    it('that are answered with 200 and the truth, once expired', async () => {
      const { secret } = clerk.createApiKey({ expiresIn: 60 });
      now = START + 59_999;
      expect((await verifyApiKey(secret)).body).toMatchObject({ expired: false });
      now = START + 60_000;
      expect(await verifyApiKey(secret)).toMatchObject({
        status: 200,
        body: { expired: true, revoked: false },
      });
    });
  });

  describe('M2M tokens', () => {
    it('opaque, with everything Clerk says of one', async () => {
      const billing = clerk.createMachine('billing');
      const token = clerk.createM2mToken({
        machine: 'worker',
        scopes: [billing.id],
        claims: { job: 7 },
      });
      expect(token).toEqual({
        id: expect.stringMatching(/^mt_[A-Za-z0-9]{27}$/),
        token: expect.stringMatching(/^mt_[A-Za-z0-9]{42}$/),
        machineId: clerk.createMachine('worker').id,
        header: `Bearer ${token.token}`,
      });
      expect(await verifyM2m(token.token)).toMatchObject({
        status: 200,
        body: {
          object: 'machine_to_machine_token',
          id: token.id,
          subject: token.machineId,
          scopes: [billing.id],
          claims: { job: 7 },
          revoked: false,
          expired: false,
          expiration: START + HOUR * 1000,
          created_at: START,
        },
      });
    });

    it('that are answered with 200 and the truth, once revoked or expired', async () => {
      const token = clerk.createM2mToken();
      clerk.revokeMachineToken(token.id);
      const expired = clerk.createM2mToken({ expiresIn: -1 });
      expect((await verifyM2m(token.token)).body).toMatchObject({ revoked: true, expired: false });
      expect((await verifyM2m(expired.token)).body).toMatchObject({
        revoked: false,
        expired: true,
        expiration: START - 1000,
      });
    });

    describe('of machines that are there', () => {
      it('by name once, with an id and a secret key', () => {
        const machine = clerk.createMachine('billing');
        expect(clerk.createMachine('billing')).toEqual(machine);
        expect(machine).toMatchObject({
          id: expect.stringMatching(/^mch_[A-Za-z0-9]{27}$/),
          name: 'billing',
          secretKey: expect.stringMatching(/^ak_[A-Za-z0-9]{42}$/),
        });
      });

      it('by what createMachine gave, by id or by name', () => {
        const machine = clerk.createMachine('billing');
        for (const ref of [machine, machine.id, 'billing']) {
          expect(clerk.createM2mToken({ machine: ref }).machineId).toBe(machine.id);
        }
      });
    });

    describe('asked about with a machine’s own key', () => {
      const askAs = async (key: string, path: string, body: object): Promise<number> => {
        const response = await fetch(`${clerk.url}${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        return response.status;
      };

      it('are known to the machine for which they are meant, and to no other', async () => {
        const [billing, mail] = [clerk.createMachine('billing'), clerk.createMachine('mail')];
        const { token } = clerk.createM2mToken({ machine: 'worker', scopes: [billing.id] });
        expect(await askAs(billing.secretKey, M2M_TOKENS, { token })).toBe(200);
        expect(await askAs(mail.secretKey, M2M_TOKENS, { token })).toBe(404);
        expect(clerk.calls).toMatchObject([{ authorized: true }, { authorized: true }]);
      });

      it('are all that this key opens', async () => {
        const { secretKey } = clerk.createMachine('billing');
        const key = clerk.createApiKey();
        expect(await askAs(secretKey, API_KEYS, { secret: key.secret })).toBe(401);
        expect(await askAs(secretKey, '/v1/clients/verify', { token: 'x' })).toBe(401);
        expect(await askAs(key.secret, M2M_TOKENS, { token: 'mt_x' })).toBe(401);
        expect(clerk.calls.map(({ authorized }) => authorized)).toEqual([false, false, false]);
      });
    });
  });

  describe('OAuth access tokens', () => {
    it('opaque, with everything Clerk says of one', async () => {
      const ada = clerk.signIn('ada');
      const token = clerk.createOAuthToken({ user: ada, clientId: 'shop', scopes: ['profile'] });
      expect(token).toEqual({
        id: expect.stringMatching(/^oat_[A-Za-z0-9]{27}$/),
        token: expect.stringMatching(/^oat_[A-Za-z0-9]{42}$/),
        userId: ada.userId,
        clientId: 'shop',
        header: `Bearer ${token.token}`,
      });
      expect(await verifyOAuth(token.token)).toMatchObject({
        status: 200,
        body: {
          object: 'clerk_idp_oauth_access_token',
          id: token.id,
          client_id: 'shop',
          subject: ada.userId,
          scopes: ['profile'],
          revoked: false,
          expired: false,
          expiration: START + DAY * 1000,
        },
      });
    });

    it('that are merely not active, once revoked or expired', async () => {
      const token = clerk.createOAuthToken();
      expect((await verifyOAuth(token.token)).body).toMatchObject({ id: token.id });
      clerk.revokeMachineToken(token);
      const expired = clerk.createOAuthToken({ expiresIn: -1 });
      for (const over of [token, expired]) {
        expect(await verifyOAuth(over.token)).toMatchObject({
          status: 200,
          body: { active: false },
        });
      }
    });
  });

  describe('and whoever asks about one', () => {
    it.each([
      [API_KEYS, 'secret', 'API key not found'],
      [M2M_TOKENS, 'token', 'Machine token not found'],
      [OAUTH_TOKENS, 'access_token', 'OAuth token not found'],
    ])('gets 404 at %s for one that was never issued, 400 for none', async (path, field, said) => {
      const unknown = await askBackend(clerk, path, { [field]: 'ak_other' });
      expect([unknown.status, codeOf(unknown)]).toEqual([404, 'resource_not_found']);
      expect(JSON.stringify(unknown.body)).toContain(said);
      const none = await askBackend(clerk, path, { [field]: '' });
      expect([none.status, codeOf(none)]).toEqual([400, 'form_param_missing']);
    });

    it('gets 404 for one of another kind', async () => {
      const { secret } = clerk.createApiKey();
      expect((await verifyM2m(secret)).status).toBe(404);
      expect((await verifyOAuth(clerk.createM2mToken().token)).status).toBe(404);
      expect((await verifyApiKey(clerk.createOAuthToken().token)).status).toBe(404);
    });

    it('gets 401 without the secret key', async () => {
      for (const path of [API_KEYS, M2M_TOKENS, OAUTH_TOKENS]) {
        expect((await fetch(`${clerk.url}${path}`, { method: 'POST' })).status).toBe(401);
      }
    });

    it('finds no secret in the record of calls', async () => {
      const secrets = [
        clerk.createApiKey().secret,
        clerk.createM2mToken().token,
        clerk.createOAuthToken().token,
      ];
      for (const secret of secrets) {
        await askBackend(clerk, `/api_keys/${secret}?secret=${secret}`);
        expect(clerk.calls.at(-1)).toMatchObject({
          path: '/api_keys/[redacted]',
          query: 'secret=[redacted]',
        });
      }
    });

    it('cannot revoke what was never issued', () => {
      expect(() => {
        clerk.revokeMachineToken('ak_other');
      }).toThrow('LocalClerk has issued no machine token ak_other.');
    });
  });

  /** The independent opinion: jose, with the key that Clerk's dashboard would show. */
  async function verify(token: string): Promise<JWTPayload> {
    const key = await importSPKI(clerk.jwtKey, 'RS256');
    const rules = { algorithms: ['RS256'], issuer: clerk.issuer, currentDate: new Date(now) };
    return (await jwtVerify(token, key, rules)).payload;
  }

  describe('M2M tokens as JWTs', () => {
    it('that prove themselves, with the claims and the header of Clerk', async () => {
      const billing = clerk.createMachine('billing');
      const { id, machineId, token, header } = clerk.createM2mToken({
        scopes: [billing.id, 'mch_other'],
        claims: { job: 7 },
        format: 'jwt',
      });
      expect(header).toBe(`Bearer ${token}`);
      expect(await verify(token)).toEqual({
        aud: [billing.id, 'mch_other'],
        exp: SECONDS + HOUR,
        iat: SECONDS,
        iss: clerk.issuer,
        job: 7,
        jti: id,
        nbf: SECONDS - 10,
        scopes: `${billing.id} mch_other`,
        sub: machineId,
      });
      expect(decodeProtectedHeader(token)).toMatchObject({ cat: 'cl_B7d4PD333AAA', typ: 'JWT' });
    });

    it('without scopes when there are none', () => {
      const claims = decodeJwt(clerk.createM2mToken({ format: 'jwt' }).token);
      expect(claims).not.toHaveProperty('aud');
      expect(claims).not.toHaveProperty('scopes');
    });

    it('that Clerk knows as well, so that they can be revoked there', async () => {
      const token = clerk.createM2mToken({ format: 'jwt', expiresIn: 30 });
      clerk.revokeMachineToken(token);
      expect((await verifyM2m(token.token)).body).toMatchObject({
        id: token.id,
        revoked: true,
        expiration: START + 30_000,
      });
      expect(await verify(token.token)).toMatchObject({ exp: SECONDS + 30 });
    });
  });

  describe('OAuth access tokens as JWTs', () => {
    it('that prove themselves, as RFC 9068 has them', async () => {
      const ada = clerk.signIn('ada');
      const { id, token } = clerk.createOAuthToken({
        user: ada,
        clientId: 'shop',
        scopes: ['profile', 'email'],
        format: 'jwt',
      });
      expect(await verify(token)).toEqual({
        client_id: 'shop',
        exp: SECONDS + DAY,
        iat: SECONDS,
        iss: clerk.issuer,
        jti: id,
        nbf: SECONDS - 10,
        scope: 'profile email',
        sub: ada.userId,
      });
      expect(decodeProtectedHeader(token)).toMatchObject({ typ: 'at+jwt' });
      expect(decodeProtectedHeader(token)).not.toHaveProperty('cat');
    });

    it('that Clerk knows as well', async () => {
      const token = clerk.createOAuthToken({ format: 'jwt' });
      expect((await verifyOAuth(token.token)).body).toMatchObject({ id: token.id });
      clerk.revokeMachineToken(token);
      expect((await verifyOAuth(token.token)).body).toEqual({ active: false });
    });
  });

  describe('any JWT, right or wrong', () => {
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const kinds = [
      ['mintM2mToken', (spec: M2mTokenSpec) => clerk.mintM2mToken(spec)],
      ['mintOAuthToken', (spec: OAuthTokenSpec) => clerk.mintOAuthToken(spec)],
    ] as const;

    describe.each(kinds)('%s', (_, mint) => {
      it('makes a good one without any wish, of which Clerk knows nothing', async () => {
        const token = mint({});
        await expect(verify(token)).resolves.toBeDefined();
        expect((await verifyM2m(token)).status).toBe(404);
        expect((await verifyOAuth(token)).status).toBe(404);
      });

      it.each<[string, TokenSpec, string]>([
        ['expired', { expiresIn: -1 }, 'ERR_JWT_EXPIRED'],
        ['not yet valid', { notBefore: 5 }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
        ['of another issuer', { claims: { iss: 'x' } }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
        ['of a foreign key', { key: 'foreign' }, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
        ['of a key of mine', { key: stranger }, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
        ['HS256', { algorithm: 'HS256' }, 'ERR_JOSE_ALG_NOT_ALLOWED'],
        ['none', { algorithm: 'none' }, 'ERR_JOSE_ALG_NOT_ALLOWED'],
      ])('makes one that is %s', async (__, spec, code) => {
        await expect(verify(mint(spec))).rejects.toMatchObject({ code });
      });

      it('makes one with any header and any claim, added, replaced and removed', () => {
        const header = { cat: 'cl_B7d4PD111AAA', typ: undefined };
        const token = mint({ header, claims: { sub: 'mch_1', jti: undefined, extra: 1 } });
        expect(decodeProtectedHeader(token)).toMatchObject({ cat: 'cl_B7d4PD111AAA' });
        expect(decodeProtectedHeader(token)).not.toHaveProperty('typ');
        expect(decodeJwt(token)).toMatchObject({ sub: 'mch_1', extra: 1 });
        expect(decodeJwt(token)).not.toHaveProperty('jti');
      });
    });
  });
});
