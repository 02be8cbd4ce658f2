import { createClerkClient } from '@clerk/backend';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalClerk } from 'nestjs-clerk-auth/testing';

type Kind = 'api_key' | 'm2m_token' | 'oauth_token';

describe('the machines of LocalClerk are understood by @clerk/backend', () => {
  let clerk: LocalClerk;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
  });

  afterAll(async () => {
    await clerk.stop();
  });

  const client = (secretKey = clerk.secretKey) =>
    createClerkClient({
      secretKey,
      publishableKey: clerk.publishableKey,
      apiUrl: clerk.url,
      telemetry: { disabled: true },
    });

  describe('by the clients of the Backend API', () => {
    it('an API key', async () => {
      const options = { scopes: ['read:users'], claims: { tier: 'gold' }, expiresIn: 60 };
      const key = clerk.createApiKey({ subject: { organization: 'acme' }, ...options });
      const told = await client().apiKeys.verify(key.secret);
      expect(told).toMatchObject({
        id: key.id,
        subject: clerk.organization('acme').id,
        scopes: ['read:users'],
        claims: { tier: 'gold' },
        revoked: false,
        expired: false,
        expiration: told.createdAt + 60_000,
      });
    });

    it.each(['opaque', 'jwt'] as const)('an M2M token, %s', async (format) => {
      const billing = clerk.createMachine('billing');
      const options = { scopes: [billing.id], claims: { job: 7 }, format };
      const { id, machineId, token } = clerk.createM2mToken(options);
      expect(await client().m2m.verify({ token })).toMatchObject({
        id,
        subject: machineId,
        scopes: [billing.id],
        claims: { job: 7 },
        revoked: false,
        expired: false,
      });
    });

    it('an M2M token, with the machine’s own key, if it is meant for that machine', async () => {
      const [billing, mail] = [clerk.createMachine('billing'), clerk.createMachine('mail')];
      const { id, token } = clerk.createM2mToken({ scopes: [billing.id] });
      const as = (machineSecretKey: string) => client('').m2m.verify({ token, machineSecretKey });
      expect(await as(billing.secretKey)).toMatchObject({ id });
      await expect(as(mail.secretKey)).rejects.toMatchObject({ status: 404 });
      await expect(as('ak_other')).rejects.toMatchObject({ status: 401 });
    });

    it('an OAuth access token', async () => {
      const { id, token, userId } = clerk.createOAuthToken({ clientId: 'shop', scopes: ['email'] });
      expect(await client().idPOAuthAccessToken.verify(token)).toMatchObject({
        id,
        clientId: 'shop',
        subject: userId,
        scopes: ['email'],
        revoked: false,
        expired: false,
      });
    });

    it('one that is revoked or expired, and says so', async () => {
      const key = clerk.createApiKey();
      clerk.revokeMachineToken(key);
      expect(await client().apiKeys.verify(key.secret)).toMatchObject({ revoked: true });
      const { token } = clerk.createM2mToken({ expiresIn: -1 });
      expect(await client().m2m.verify({ token })).toMatchObject({ expired: true });
    });

    it('an OAuth token that is over, of which nothing is left to say', async () => {
      const { token } = clerk.createOAuthToken({ expiresIn: -1 });
      const told: unknown = await client().idPOAuthAccessToken.verify(token);
      expect(told).toEqual({ active: false });
    });

    it('one that was never issued, and a key that is not this instance’s', async () => {
      await expect(client().apiKeys.verify('ak_other')).rejects.toMatchObject({ status: 404 });
      await expect(client('sk_test_other').apiKeys.verify('ak_other')).rejects.toMatchObject({
        status: 401,
        errors: [{ code: 'clerk_key_invalid' }],
      });
    });
  });

  describe('by authenticateRequest', () => {
    const authenticate = async (header: string, acceptsToken: Kind) => {
      const request = new Request('http://localhost:3000/', { headers: { authorization: header } });
      return client().authenticateRequest(request, { acceptsToken });
    };

    const issue = {
      'an API key': ['api_key', () => clerk.createApiKey({ scopes: ['read:users'] })],
      'an opaque M2M token': ['m2m_token', () => clerk.createM2mToken()],
      'an M2M token as a JWT': ['m2m_token', () => clerk.createM2mToken({ format: 'jwt' })],
      'an opaque OAuth token': ['oauth_token', () => clerk.createOAuthToken()],
      'an OAuth token as a JWT': ['oauth_token', () => clerk.createOAuthToken({ format: 'jwt' })],
    } as const;

    it.each(Object.entries(issue))('%s', async (_, [kind, create]) => {
      const { id, header } = create();
      const state = await authenticate(header, kind);
      expect(state.isAuthenticated).toBe(true);
      expect(state.toAuth()).toMatchObject({ tokenType: kind, id });
    });

    it('who calls: a user, a machine, a user through an application', async () => {
      const key = await authenticate(clerk.createApiKey().header, 'api_key');
      expect(key.toAuth()).toMatchObject({ userId: clerk.signIn('ada').userId, orgId: null });
      const m2m = clerk.createM2mToken();
      const machine = await authenticate(m2m.header, 'm2m_token');
      expect(machine.toAuth()).toMatchObject({ machineId: m2m.machineId });
      const given = clerk.createOAuthToken({ user: 'bob', clientId: 'shop', format: 'jwt' });
      const application = await authenticate(given.header, 'oauth_token');
      const expected = { userId: clerk.signIn('bob').userId, clientId: 'shop' };
      expect(application.toAuth()).toMatchObject(expected);
    });

    it.each<[string, Kind, () => string, string]>([
      ['an unknown API key', 'api_key', () => 'ak_other', 'token-invalid'],
      [
        'an expired M2M token',
        'm2m_token',
        () => clerk.mintM2mToken({ expiresIn: -60 }),
        'token-verification-failed',
      ],
      [
        'an M2M token of a foreign key',
        'm2m_token',
        () => clerk.mintM2mToken({ key: 'foreign' }),
        'token-verification-failed',
      ],
      [
        'an M2M token of another category',
        'm2m_token',
        () => clerk.mintM2mToken({ header: { cat: 'cl_B7d4PD111AAA' } }),
        'token-invalid',
      ],
      [
        'an expired OAuth token',
        'oauth_token',
        () => clerk.mintOAuthToken({ expiresIn: -60 }),
        'token-verification-failed',
      ],
      [
        'an OAuth token of a foreign key',
        'oauth_token',
        () => clerk.mintOAuthToken({ key: 'foreign' }),
        'token-verification-failed',
      ],
    ])('and not %s', async (_, kind, make, reason) => {
      const state = await authenticate(`Bearer ${make()}`, kind);
      expect(state).toMatchObject({ isAuthenticated: false, reason });
    });
  });
});
