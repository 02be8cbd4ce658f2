import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import type { MintSpec } from 'nestjs-clerk-auth/testing';

const NOW = Date.parse('2026-01-01T00:00:00.750Z');
const SECONDS = Math.floor(NOW / 1000);

describe('LocalClerk mints any token', () => {
  let clerk: LocalClerk;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => NOW });
  });

  afterAll(async () => {
    await clerk.stop();
  });

  /** The independent opinion: jose, with the key that Clerk's dashboard would show. */
  async function verify(token: string): Promise<JWTPayload> {
    const key = await importSPKI(clerk.jwtKey, 'RS256');
    const verified = await jwtVerify(token, key, {
      algorithms: ['RS256'],
      issuer: clerk.issuer,
      currentDate: new Date(NOW),
    });
    return verified.payload;
  }

  describe('right ones', () => {
    it('with the claims and the header of Clerk, version 2', async () => {
      const { sessionId, sessionToken, userId } = clerk.signIn('ada');
      expect(await verify(sessionToken)).toEqual({
        azp: 'http://localhost:3000',
        exp: SECONDS + 60,
        fva: [0, -1],
        iat: SECONDS,
        iss: clerk.issuer,
        jti: expect.stringMatching(/^[0-9a-f]{20}$/),
        nbf: SECONDS - 10,
        sid: sessionId,
        sts: 'active',
        sub: userId,
        v: 2,
      });
      expect(decodeProtectedHeader(sessionToken)).toEqual({
        alg: 'RS256',
        cat: 'cl_B7d4PD111AAA',
        kid: expect.stringMatching(/^ins_/),
        typ: 'JWT',
      });
    });

    it('with the claims of version 1', async () => {
      const claims = await verify(clerk.mint({ version: 1 }));
      expect(Object.keys(claims).sort()).toEqual(
        ['azp', 'exp', 'fva', 'iat', 'iss', 'jti', 'nbf', 'sid', 'sts', 'sub'].sort(),
      );
    });

    it('that the published JWKS proves, by kid', async () => {
      const headers = { authorization: `Bearer ${clerk.secretKey}` };
      const jwks = createRemoteJWKSet(new URL(`${clerk.url}/v1/jwks`), { headers });
      const { sessionToken } = clerk.signIn('ada');
      const verified = await jwtVerify(sessionToken, jwks, { currentDate: new Date(NOW) });
      expect(verified.protectedHeader.alg).toBe('RS256');
    });

    it('of a user by name, on a session that Clerk does not know', async () => {
      const { userId } = clerk.signIn('bob');
      const claims = await verify(clerk.mint({ user: 'bob' }));
      expect(claims.sub).toBe(userId);
      expect(() => clerk.session(String(claims.sid))).toThrow('LocalClerk has no session sess_');
    });

    it('fresh ones of the same session, each with its own jti', async () => {
      const ada = clerk.signIn('ada');
      const fresh = clerk.freshToken(ada.sessionId);
      expect(fresh).not.toBe(ada.sessionToken);
      expect(await verify(fresh)).toMatchObject({ sid: ada.sessionId, sub: ada.userId });
    });

    it('pending, when the session is', async () => {
      const ada = clerk.signIn('ada');
      clerk.setStatus(ada, 'pending');
      expect(await verify(clerk.freshToken(ada))).toMatchObject({ sts: 'pending' });
    });

    it('with claims added, replaced and removed', async () => {
      const o = { id: 'org_1', rol: 'admin' };
      const claims = await verify(clerk.mint({ claims: { o, sub: '', azp: undefined } }));
      expect(claims).toMatchObject({ o, sub: '' });
      expect(claims).not.toHaveProperty('azp');
    });
  });

  describe('none anymore', () => {
    it('for a session that is over, except by mint', async () => {
      const ada = clerk.signIn('ada');
      clerk.revoke(ada);
      expect(() => clerk.freshToken(ada)).toThrow('is revoked, so Clerk issues no token');
      expect(await verify(clerk.mint({ session: ada }))).toMatchObject({ sid: ada.sessionId });
    });

    it('for a session of another Clerk', () => {
      expect(() => clerk.mint({ session: 'sess_other' })).toThrow(
        'LocalClerk has no session sess_other. Sign in first, and mind which LocalClerk you ask.',
      );
    });
  });

  describe('wrong ones', () => {
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

    it.each<[string, MintSpec, string]>([
      ['expired', { expiresIn: -1 }, 'ERR_JWT_EXPIRED'],
      ['not yet valid', { notBefore: 5 }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
      ['of another issuer', { claims: { iss: 'x' } }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
      ['signed by a foreign key', { key: 'foreign' }, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
      ['signed by a key of mine', { key: stranger }, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
      ['RS512', { algorithm: 'RS512' }, 'ERR_JOSE_ALG_NOT_ALLOWED'],
      ['ES256', { algorithm: 'ES256' }, 'ERR_JOSE_ALG_NOT_ALLOWED'],
      ['HS256', { algorithm: 'HS256' }, 'ERR_JOSE_ALG_NOT_ALLOWED'],
      ['none', { algorithm: 'none' }, 'ERR_JOSE_ALG_NOT_ALLOWED'],
      [
        'RS512 under the name of RS256',
        { algorithm: 'RS512', header: { alg: 'RS256' } },
        'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
      ],
    ])('%s', async (_, spec, code) => {
      await expect(verify(clerk.mint(spec))).rejects.toMatchObject({ code });
    });

    it('foreign and current keys bear the same kid', () => {
      const kids = [clerk.mint({ key: 'foreign' }), clerk.mint()].map(
        (token) => decodeProtectedHeader(token).kid,
      );
      expect(kids[0]).toBe(kids[1]);
    });

    it('HS256 is truly signed with the public PEM: the confusion would succeed', async () => {
      const secret = new TextEncoder().encode(clerk.jwtKey);
      const token = clerk.mint({ algorithm: 'HS256' });
      const verified = await jwtVerify(token, secret, { currentDate: new Date(NOW) });
      expect(verified.protectedHeader.alg).toBe('HS256');
    });

    it('RS512 is truly RS512, and none has no signature', async () => {
      const key = createPublicKey(clerk.jwtKey);
      const token = clerk.mint({ algorithm: 'RS512' });
      await expect(jwtVerify(token, key, { currentDate: new Date(NOW) })).resolves.toBeDefined();
      expect(clerk.mint({ algorithm: 'none' })).toMatch(/\.$/);
    });

    it('each time moves alone', () => {
      const claims = decodeJwt(clerk.mint({ issuedAt: 30, expiresIn: -5, notBefore: 7 }));
      expect(claims).toMatchObject({ iat: SECONDS + 30, exp: SECONDS - 5, nbf: SECONDS + 7 });
      expect(decodeJwt(clerk.mint({ expiresIn: -5 })).iat).toBe(SECONDS);
    });

    it('with any header, added, replaced and removed', () => {
      const header = { cat: 'cl_B7d4PD222AAA', typ: undefined, crit: ['x'] };
      const written = decodeProtectedHeader(clerk.mint({ header }));
      expect(written).toMatchObject({ alg: 'RS256', cat: 'cl_B7d4PD222AAA', crit: ['x'] });
      expect(written).not.toHaveProperty('typ');
    });
  });

  it('signs with the new key after a rotation, and old tokens fail against it', async () => {
    await using rotating = await LocalClerk.start();
    const before = rotating.mint();
    rotating.rotateKey();
    const key = await importSPKI(rotating.jwtKey, 'RS256');
    await expect(jwtVerify(rotating.mint(), key)).resolves.toBeDefined();
    await expect(jwtVerify(before, key)).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
  });

  describe('what signIn hands out', () => {
    it('is frozen, and every form holds the same credentials', () => {
      const ada = clerk.signIn('ada');
      const suffix = /__session_([\w-]{8})=/.exec(ada.suffixedCookie)?.[1] ?? '';
      expect(Object.isFrozen(ada)).toBe(true);
      expect(ada).toMatchObject({
        user: 'ada',
        userId: expect.stringMatching(/^user_[A-Za-z0-9]{27}$/),
        sessionId: expect.stringMatching(/^sess_[A-Za-z0-9]{27}$/),
        clientId: expect.stringMatching(/^client_[A-Za-z0-9]{27}$/),
        clientToken: expect.stringMatching(/^clt_[\w-]{43}$/),
        header: `Bearer ${ada.sessionToken}`,
        cookie: `__session=${ada.sessionToken}; __client_uat=${SECONDS}`,
        suffixedCookie: `__session_${suffix}=${ada.sessionToken}; __client_uat_${suffix}=${SECONDS}`,
        clientCookie: `__session=${ada.clientToken}`,
      });
    });

    it('is told apart from what another sign-in gets', () => {
      const [one, other] = [clerk.signIn('ada'), clerk.signIn('ada')];
      expect(one.userId).toBe(other.userId);
      expect(one.sessionId).not.toBe(other.sessionId);
      expect(one.clientToken).not.toBe(other.clientToken);
    });

    it('is nothing on a client that is not there', () => {
      expect(() => clerk.signIn('ada', { client: 'client_other' })).toThrow(
        'LocalClerk has no client client_other.',
      );
    });
  });

  it('honors tokenLifetime', async () => {
    await using brief = await LocalClerk.start({ now: () => NOW, tokenLifetime: 5 });
    expect(decodeJwt(brief.mint()).exp).toBe(SECONDS + 5);
  });
});
