import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import type { ClerkOptions, SessionService } from 'nestjs-clerk-auth';
import type { LocalClerk, SignedIn } from 'nestjs-clerk-auth/testing';
import { countSignatureChecks, signatureChecks } from '../support/counted-crypto.js';

countSignatureChecks();
const library = await import('nestjs-clerk-auth');
const testing = await import('nestjs-clerk-auth/testing');
const { startApp } = await import('../support/start-app.js');

const START = Date.UTC(2026, 0, 1);

describe('a session token that comes again', () => {
  let time = START;
  let clerk: LocalClerk;
  let ada: SignedIn;
  const apps: INestApplication[] = [];

  beforeAll(async () => {
    clerk = await testing.LocalClerk.start({ now: () => time });
  });

  beforeEach(() => {
    time = START;
    ada = clerk.signIn('ada');
    signatureChecks.count = 0;
  });

  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await clerk.stop();
  });

  async function serviceWith(options: ClerkOptions = {}): Promise<SessionService> {
    const imports = [library.ClerkModule.forRoot({ ...clerk.options(), ...options })];
    const app = await startApp('express', { imports, now: () => time });
    apps.push(app);
    return app.get(library.SessionService);
  }

  const userOf = async (service: SessionService, token: string): Promise<string | undefined> =>
    (await service.authenticate({ headers: { authorization: `Bearer ${token}` } }))?.userId;

  it('is checked once', async () => {
    const service = await serviceWith();
    for (let time = 0; time < 5; time += 1) {
      expect(await userOf(service, ada.sessionToken)).toBe(ada.userId);
    }
    expect(signatureChecks.count).toBe(1);
  });

  it('is checked once, though the keys are fetched again meanwhile', async () => {
    const service = await serviceWith();
    const token = clerk.mint({ session: ada, expiresIn: 3600 });
    for (const minutes of [0, 6, 12, 18]) {
      time = START + minutes * 60_000;
      expect(await userOf(service, token)).toBe(ada.userId);
    }
    expect(clerk.callsTo('/v1/jwks').length).toBeGreaterThanOrEqual(4);
    expect(signatureChecks.count).toBe(1);
  });

  it('is checked once however it comes: header, plain cookie, suffixed cookie', async () => {
    const service = await serviceWith();
    const { header: authorization, cookie, suffixedCookie } = ada;
    for (const headers of [{ authorization }, { cookie }, { cookie: suffixedCookie }]) {
      expect((await service.authenticate({ headers }))?.id).toBe(ada.sessionId);
    }
    expect(signatureChecks.count).toBe(1);
  });

  it('is checked every time with tokenCache: false', async () => {
    const service = await serviceWith({ tokenCache: false });
    await userOf(service, ada.sessionToken);
    await userOf(service, ada.sessionToken);
    expect(signatureChecks.count).toBe(2);
  });

  it('is refused as soon as it runs out', async () => {
    const service = await serviceWith({ clockSkew: 0 });
    expect(await userOf(service, ada.sessionToken)).toBe(ada.userId);
    time += 59_999;
    expect(await userOf(service, ada.sessionToken)).toBe(ada.userId);
    time += 1;
    await expect(service.verifyToken(ada.sessionToken)).rejects.toMatchObject({
      code: 'token_expired',
    });
  });

  it('is refused when the clock was set back before it was issued', async () => {
    const service = await serviceWith();
    await userOf(service, ada.sessionToken);
    time -= 60_000;
    await expect(service.verifyToken(ada.sessionToken)).rejects.toMatchObject({
      code: 'token_not_yet_valid',
    });
  });

  it('is refused once its key has been removed', async () => {
    const service = await serviceWith();
    const token = clerk.mint({ session: ada, expiresIn: 3600 });
    expect(await userOf(service, token)).toBe(ada.userId);
    clerk.rotateKey({ keepOld: false });
    time += 5 * 60_000;
    await expect(service.verifyToken(token)).rejects.toMatchObject({ code: 'token_key_unknown' });
  });

  it('is refused at once after its session was revoked here', async () => {
    const service = await serviceWith();
    expect(await userOf(service, ada.sessionToken)).toBe(ada.userId);
    await service.revokeSession(ada.sessionId);
    await expect(service.verifyToken(ada.sessionToken)).rejects.toMatchObject({
      code: 'session_not_active',
    });
    const bob = clerk.signIn('bob');
    expect(await userOf(service, bob.sessionToken)).toBe(bob.userId);
  });

  it('vouches for no other text: a changed one is checked and refused', async () => {
    const service = await serviceWith();
    await userOf(service, ada.sessionToken);
    const [header = '', , signature = ''] = ada.sessionToken.split('.');
    const claims = { sub: 'user_eve', sid: 'sess_eve', exp: time + 60_000 };
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
    expect(await userOf(service, `${header}.${forged}.${signature}`)).toBeUndefined();
    expect(await userOf(service, ada.sessionToken)).toBe(ada.userId);
    expect(signatureChecks.count).toBe(2);
  });

  it('is believed by no other instance', async () => {
    const [one, other] = [await serviceWith(), await serviceWith({ audience: 'elsewhere' })];
    expect(await userOf(one, ada.sessionToken)).toBe(ada.userId);
    expect(await userOf(other, ada.sessionToken)).toBeUndefined();
    expect(signatureChecks.count).toBe(2);
  });

  it('is not driven out by bad tokens, which are never kept', async () => {
    const service = await serviceWith({ tokenCache: 5 });
    await userOf(service, ada.sessionToken);
    for (let made = 0; made < 50; made += 1) {
      const expired = clerk.mint({ session: ada, expiresIn: -60, claims: { made } });
      expect(await userOf(service, expired)).toBeUndefined();
    }
    signatureChecks.count = 0;
    await userOf(service, ada.sessionToken);
    expect(signatureChecks.count).toBe(0);
  });

  it('is not driven out by a flood of good ones that come once, having come twice', async () => {
    const service = await serviceWith({ tokenCache: 10 });
    await userOf(service, ada.sessionToken);
    await userOf(service, ada.sessionToken);
    for (let made = 0; made < 50; made += 1) {
      await userOf(service, clerk.mint({ session: ada, claims: { made } }));
    }
    signatureChecks.count = 0;
    await userOf(service, ada.sessionToken);
    expect(signatureChecks.count).toBe(0);
  });

  it.each([1, 2, 3, 5, 8])('is one of %d at the most, whatever comes', async (tokenCache) => {
    const service = await serviceWith({ tokenCache });
    const tokens = Array.from({ length: 20 }, (_, made) =>
      clerk.mint({ session: ada, claims: { made } }),
    );
    for (const token of tokens) await userOf(service, token);
    signatureChecks.count = 0;
    for (const token of tokens.toReversed()) await userOf(service, token);
    const remembered = tokens.length - signatureChecks.count;
    expect(remembered).toBeGreaterThan(0);
    expect(remembered).toBeLessThanOrEqual(tokenCache);
  });

  it('is remembered however long it is, as long as a header can hold it', async () => {
    const service = await serviceWith();
    const token = clerk.mint({ session: ada, claims: { note: 'x'.repeat(9000) } });
    for (let time = 0; time < 3; time += 1) expect(await userOf(service, token)).toBe(ada.userId);
    expect(signatureChecks.count).toBe(1);
  });

  it('gives no request claims that another one could change when two cookies are weighed and none is kept', async () => {
    const service = await serviceWith({ tokenCache: false });
    const older = clerk.mint({ session: ada, issuedAt: -30 });
    const suffix = ada.suffixedCookie.slice('__session_'.length, ada.suffixedCookie.indexOf('='));
    const token = clerk.mint({ session: ada, claims: { roles: ['reader'] } });
    const uat = Math.floor(START / 1000) - 60;
    const cookie = `__session=${older}; __client_uat=${uat}; __session_${suffix}=${token}; __client_uat_${suffix}=${uat}`;
    for (let time = 0; time < 3; time += 1) {
      const session = await service.authenticate({ headers: { cookie } });
      expect(session?.claims?.roles).toEqual(['reader']);
      expect(() => (session?.claims?.roles as string[]).push('admin')).toThrow(TypeError);
    }
  });

  it('gives no request claims that another one could change', async () => {
    const service = await serviceWith();
    const token = clerk.mint({ session: ada, claims: { roles: ['reader'] } });
    for (let time = 0; time < 3; time += 1) {
      const { claims } = await service.verifyToken(token);
      expect(claims?.roles).toEqual(['reader']);
      expect(() => (claims?.roles as string[]).push('admin')).toThrow(TypeError);
    }
  });
});
