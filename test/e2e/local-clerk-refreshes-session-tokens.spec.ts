import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { cookieSuffixOf } from '../../src/config/publishable-key.js';
import { askBackend, codeOf } from '../support/ask-backend.js';
import { HandClock } from '../support/hand-clock.js';
import { directivesOf, shake, valueOf } from '../support/handshake.js';

const APP = 'http://127.0.0.1:3000';

describe('LocalClerk refreshes session tokens', () => {
  const clock = new HandClock();
  let clerk: LocalClerk;
  let suffix: string;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ instanceType: 'production', now: clock.now });
    suffix = cookieSuffixOf(clerk.publishableKey);
  });

  afterAll(async () => {
    await clerk.stop();
  });

  /** What the browser got by a handshake. */
  async function refreshTokenOf({ clientToken }: SignedIn): Promise<string> {
    const cookie = `__client=${clientToken}`;
    const shaken = await shake(clerk, { redirect_url: `${APP}/` }, { cookie });
    return valueOf(`__refresh_${suffix}`, await directivesOf(clerk, shaken)) ?? '';
  }

  const refresh = (who: SignedIn, fields: object) =>
    askBackend(clerk, `/v1/sessions/${who.sessionId}/refresh?suffixed_cookies=true`, {
      format: 'cookie',
      expired_token: who.sessionToken,
      request_origin: APP,
      request_headers: { 'user-agent': ['a browser'] },
      ...fields,
    });

  it('of a production instance, in exchange for the refresh token', async () => {
    const ada = clerk.signIn('ada');
    const refresh_token = await refreshTokenOf(ada);
    clock.forward(3_600_000);
    const { status, body } = await refresh(ada, { refresh_token });
    const cookies = body.cookies as string[];
    expect([status, body.object]).toEqual([200, 'cookies']);
    const token = valueOf('__session', cookies) ?? '';
    expect(valueOf(`__session_${suffix}`, cookies)).toBe(token);
    expect(valueOf(`__refresh_${suffix}`, cookies)).toBe(refresh_token);
    const iat = Math.floor(clock.now() / 1000);
    expect(decodeJwt(token)).toMatchObject({ sid: ada.sessionId, azp: APP, iat });
  });

  it('as often as it is asked', async () => {
    const ada = clerk.signIn('ada');
    const refresh_token = await refreshTokenOf(ada);
    const first = await refresh(ada, { refresh_token });
    const second = await refresh(ada, { refresh_token });
    expect([first.status, second.status]).toEqual([200, 200]);
  });

  it('as a token alone, where no cookies are asked for', async () => {
    const ada = clerk.signIn('ada');
    const refresh_token = await refreshTokenOf(ada);
    const { body } = await refresh(ada, { refresh_token, format: 'token' });
    expect(body.object).toBe('token');
    expect(decodeJwt(String(body.jwt))).toMatchObject({ sid: ada.sessionId, azp: APP });
  });

  it('not for a refresh token of another session, nor for one of nobody', async () => {
    const [ada, bob] = [clerk.signIn('ada'), clerk.signIn('bob')];
    const own = await refreshTokenOf(ada);
    const wrong = [
      await refresh(ada, { refresh_token: await refreshTokenOf(bob) }),
      await refresh(ada, { refresh_token: 'rft_forged' }),
      await refresh(ada, { refresh_token: own, expired_token: bob.sessionToken }),
      await refresh(ada, { refresh_token: own, expired_token: 'junk' }),
    ];
    for (const told of wrong) {
      expect([told.status, codeOf(told)]).toEqual([401, 'refresh_token_invalid']);
    }
    expect((await refresh(ada, { refresh_token: own })).status).toBe(200);
  });

  it.each(['ended', 'removed', 'revoked', 'expired'] as const)(
    'not for a session that is %s',
    async (status) => {
      const ada = clerk.signIn('ada');
      const refresh_token = await refreshTokenOf(ada);
      clerk.setStatus(ada, status);
      const told = await refresh(ada, { refresh_token });
      expect([told.status, codeOf(told)]).toEqual([401, 'session_inactive']);
    },
  );

  it('not without both tokens', async () => {
    const ada = clerk.signIn('ada');
    const refresh_token = await refreshTokenOf(ada);
    for (const fields of [{}, { refresh_token: '' }, { refresh_token, expired_token: '' }]) {
      const told = await refresh(ada, fields);
      expect([told.status, codeOf(told)]).toEqual([400, 'form_param_missing']);
    }
  });
});
