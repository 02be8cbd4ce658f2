import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { SessionService } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { askRaw } from '../support/ask-raw.js';
import { expectRefused, expectUser } from '../support/expect-answer.js';
import { handled } from '../support/probe-controller.js';
import { ADAPTERS } from '../support/start-app.js';
import { startProbe } from '../support/start-probe.js';

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;
  let bob: SignedIn;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    bob = clerk.signIn('bob');
    app = await startProbe(adapter, clerk);
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
  });

  /** `<t>` stands for Ada's session token. */
  const written = (line: string): string => line.replaceAll('<t>', ada.sessionToken);
  const get = (path = '/me'): request.Test => request(app.getHttpServer()).get(path);

  describe('reads the token', () => {
    it.each([
      'Authorization: Bearer <t>',
      'Authorization: bearer <t>',
      'Authorization: BEARER <t>',
      'Authorization: bEaReR <t>',
      'Authorization: Bearer  <t>',
      'Authorization: Bearer      <t>',
      'Authorization:Bearer <t>',
      'Authorization:   Bearer <t>  ',
      'AUTHORIZATION: Bearer <t>',
    ])('of %s', async (line) => {
      expectUser(await askRaw(app, '/me', [written(line)]), ada.userId);
    });
  });

  describe('refuses what says Bearer and is not one', () => {
    it.each([
      ['nothing after it', ['Authorization: Bearer']],
      ['only blanks after it', ['Authorization: Bearer   ']],
      ['a tab for a blank', ['Authorization: Bearer\t<t>']],
      ['a blank and a tab', ['Authorization: Bearer \t<t>']],
      ['a blank inside', ['Authorization: Bearer abc def']],
      ['two tokens', ['Authorization: Bearer <t> <t>']],
      ['a tab inside', ['Authorization: Bearer <t>\t<t>']],
      ['a comma after it', ['Authorization: Bearer <t>,']],
      ['values joined by a comma', ['Authorization: Bearer <t>, Bearer <t>']],
      ['another scheme joined by a comma', ['Authorization: Bearer <t>, Basic YWRhOg==']],
      ['quotes', ['Authorization: Bearer "<t>"']],
      ['a parameter', ['Authorization: Bearer token="<t>"']],
      ['padding before the end', ['Authorization: Bearer =<t>']],
      ['bytes beyond ASCII', ['Authorization: Bearer <t>\xe9']],
      ['a percent sequence', ['Authorization: Bearer <t>%20']],
      ['the same header twice', ['Authorization: Bearer <t>', 'Authorization: Bearer <t>']],
      ['two schemes, ours first', ['Authorization: Bearer <t>', 'Authorization: Basic YWRhOg==']],
      ['two schemes, ours last', ['Authorization: Basic YWRhOg==', 'Authorization: Bearer <t>']],
      ['two lines in different case', ['authorization: Bearer <t>', 'AUTHORIZATION: Bearer <t>']],
      ['an empty line and a good one', ['Authorization:', 'Authorization: Bearer <t>']],
    ])('%s', async (_, lines) => {
      const sent = lines.map(written);
      expectRefused(await askRaw(app, '/me', sent), 'authorization_malformed');
      // A cookie beside it does not help: the header shuts it out.
      const helped = await askRaw(app, '/me', [...sent, `Cookie: ${ada.cookie}`]);
      expectRefused(helped, 'authorization_malformed');
    });

    it.each(['\x00', '\x01', '\x0b', '\x7f', '\n', '\r'])(
      'control character %j',
      async (control) => {
        const authorization = written(`Bearer <t>${control}`);
        const { status } = await askRaw(app, '/me', [`Authorization: ${authorization}`]);
        // Node's own parser answers that; a request that came by another way gets no further either.
        expect({ status, handled }).toEqual({ status: 400, handled: [] });
        const service = app.get(SessionService);
        await expect(service.authenticate({ headers: { authorization } })).resolves.toBeNull();
        const good = await service.authenticate({ headers: { authorization: ada.header } });
        expect(good?.userId).toBe(ada.userId);
      },
    );
  });

  describe('leaves other schemes alone', () => {
    it.each([
      'Authorization: Basic YWRhOmJvYg==',
      'Authorization: Digest username="ada"',
      'Authorization: DPoP <t>',
      'Authorization: Token <t>',
      'Authorization: Bearerx <t>',
      'Authorization: Bearer\xa0<t>',
      'Authorization: NotBearer <t>',
      'Authorization: <t>',
      'Authorization: , Bearer <t>',
      'Authorization:',
    ])('%s', async (line) => {
      expectRefused(await askRaw(app, '/me', [written(line)]), 'session_required');
      const lines = [written(line), `Cookie: ${bob.cookie}`];
      expectUser(await askRaw(app, '/me', lines), bob.userId);
    });

    it('two of them are two values all the same', async () => {
      const lines = ['Authorization: Basic YWRhOg==', 'Authorization: Digest username="ada"'];
      expectRefused(await askRaw(app, '/me', lines), 'authorization_malformed');
    });
  });

  describe('shuts out cookies', () => {
    it('when it is good, and the cookie is good', async () => {
      const answer = await get().set('Authorization', ada.header).set('Cookie', bob.cookie);
      expectUser(answer, ada.userId);
    });

    it.each(['__session=garbage', '__session=a.b.c', '__client_uat=0', '__session=%E0%A4%A'])(
      'when it is good, and the cookie is %s',
      async (cookie) => {
        expectUser(await get().set('Authorization', ada.header).set('Cookie', cookie), ada.userId);
      },
    );

    it('when it has expired, and the cookie is good', async () => {
      const expired = `Bearer ${clerk.mint({ session: ada, expiresIn: -60 })}`;
      const answer = await get().set('Authorization', expired).set('Cookie', ada.cookie);
      expectRefused(answer, 'token_expired');
      expectUser(await get().set('Cookie', ada.cookie), ada.userId);
    });

    it('when it is forged, and a session is optional', async () => {
      const forged = `Bearer ${clerk.mint({ session: ada, key: 'foreign' })}`;
      const asked = (path: string): request.Test =>
        get(path).set('Authorization', forged).set('Cookie', ada.cookie);
      expectUser(await asked('/maybe'), null);
      expectRefused(await asked('/strict-maybe'), 'token_signature_invalid');
    });

    it('when it bears a client token, which belongs in a cookie: Clerk is not asked', async () => {
      clerk.forgetCalls();
      const answer = await get()
        .set('Authorization', `Bearer ${ada.clientToken}`)
        .set('Cookie', ada.clientCookie);
      expectRefused(answer, 'token_malformed');
      expectRefused(
        await get().set('Authorization', `Bearer ${ada.sessionToken}=`),
        'token_malformed',
      );
      expectRefused(await get().set('Authorization', 'Bearer a.b.c.d'), 'token_malformed');
      expectUser(await get().set('Cookie', ada.clientCookie), ada.userId);
      expect(clerk.calls.map(({ path }) => path)).toEqual(['/v1/clients/verify']);
    });
  });
});
