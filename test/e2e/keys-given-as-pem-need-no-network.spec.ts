import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule, type ClerkOptions } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { rsaPair } from '../support/json-web-keys.js';
import { handled, ProbeController } from '../support/probe-controller.js';
import { isRefused, passes } from '../support/refusals.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

const OTHER = rsaPair('ins_other');
const THIRD = rsaPair('ins_third');

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication | undefined;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    // Nobody must be asked: whoever asks is heard, and gets no answer.
    clerk.outage('refuse');
  });

  afterAll(async () => {
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
    clerk.forgetCalls();
  });

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  async function start(options: ClerkOptions): Promise<INestApplication> {
    const { publishableKey, apiUrl } = clerk.options();
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ publishableKey, apiUrl, errorBody: 'problem', ...options })],
      controllers: [ProbeController],
    });
    return app;
  }

  const me = (): request.Test => request(app?.getHttpServer()).get('/me');
  const withToken = (token: string): request.Test => me().set('Authorization', `Bearer ${token}`);
  const bare = (): string => clerk.jwtKey.replaceAll(/-----[A-Z ]+-----|\s/g, '');

  it.each<[string, () => string | readonly string[]]>([
    ['one PEM', () => clerk.jwtKey],
    ['a list of one', () => [clerk.jwtKey]],
    ['several, ours first', () => [clerk.jwtKey, OTHER.pem]],
    ['several, ours last', () => [OTHER.pem, THIRD.pem, clerk.jwtKey]],
    ['several in one text', () => `${OTHER.pem}\n\n${clerk.jwtKey}${THIRD.pem}`],
    ['line breaks of Windows', () => clerk.jwtKey.replaceAll('\n', '\r\n')],
    ['line breaks of two characters', () => clerk.jwtKey.replaceAll('\n', '\\n')],
    ['several, with such line breaks', () => (OTHER.pem + clerk.jwtKey).replaceAll('\n', '\\n')],
    ['line breaks of Windows as text', () => clerk.jwtKey.replaceAll('\n', '\\r\\n')],
    ['line breaks as text, escaped twice', () => clerk.jwtKey.replaceAll('\n', '\\\\n')],
    ['\\r as text', () => clerk.jwtKey.replaceAll('\n', '\\r')],
    ['line breaks of old', () => clerk.jwtKey.replaceAll('\n', '\r')],
    ['one line', () => clerk.jwtKey.replaceAll('\n', '')],
    ['one line with blanks', () => clerk.jwtKey.replaceAll('\n', ' ')],
    ['several on one line', () => (OTHER.pem + clerk.jwtKey).replaceAll('\n', '')],
    ['indented', () => clerk.jwtKey.replaceAll(/^/gm, '    ')],
    ['indented with tabs, and empty lines', () => clerk.jwtKey.replaceAll('\n', '\n\n\t')],
    ['base64 of the whole', () => btoa(clerk.jwtKey)],
    ['base64 of several', () => btoa(`${OTHER.pem}${clerk.jwtKey}`)],
    ['base64 of the whole, in lines', () => btoa(clerk.jwtKey).replaceAll(/.{76}/g, '$&\n')],
    ['base64 of one with \\n as text', () => btoa(clerk.jwtKey.replaceAll('\n', '\\n'))],
    ['quotes around a PEM', () => `"${clerk.jwtKey.replaceAll('\n', '\\n')}"`],
    ['bare base64', bare],
    ['bare base64 in lines', () => clerk.jwtKey.replaceAll(/-----[A-Z ]+-----/g, '')],
    ['blanks around it', () => `  \n${clerk.jwtKey}\n  `],
  ])('%s proves session tokens, and nothing else does', async (_, jwtKey) => {
    await start({ jwtKey: jwtKey() });
    await passes(withToken(ada.sessionToken), ada.userId);
    await passes(me().set('Cookie', ada.cookie), ada.userId);
    await isRefused(withToken(clerk.mint({ key: 'foreign' })), 'token_signature_invalid');
    expect(clerk.calls).toEqual([]);
  });

  it('the key id of a token plays no part', async () => {
    await start({ jwtKey: clerk.jwtKey });
    for (const kid of [undefined, 'ins_unknown', '__proto__', 5]) {
      await passes(withToken(clerk.mint({ session: ada, header: { kid } })), ada.userId);
    }
    expect(clerk.calls).toEqual([]);
  });

  it('each of several keys proves its own tokens', async () => {
    await start({ jwtKey: [OTHER.pem, clerk.jwtKey] });
    const signed = clerk.mint({ session: ada, key: OTHER.privateKey });
    const foreign = clerk.mint({ session: ada, key: THIRD.privateKey });
    await passes(withToken(signed), ada.userId);
    await passes(withToken(ada.sessionToken), ada.userId);
    await isRefused(withToken(foreign), 'token_signature_invalid');
    expect(clerk.calls).toEqual([]);
  });

  it('a PEM outranks the published keys, and nothing is fetched', async () => {
    await start({ jwtKey: OTHER.pem, secretKey: clerk.secretKey });
    await isRefused(withToken(ada.sessionToken), 'token_signature_invalid');
    const signed = clerk.mint({ session: ada, key: OTHER.privateKey });
    await passes(withToken(signed), ada.userId);
    expect(clerk.calls).toEqual([]);
  });

  it('without a secret key, a client token is refused: nobody can be asked about it', async () => {
    await start({ jwtKey: clerk.jwtKey });
    await isRefused(me().set('Cookie', ada.clientCookie), 'client_token_unsupported');
    await isRefused(
      request(app?.getHttpServer())
        .get(`/me?_clerk_session_id=${ada.sessionId}`)
        .set('Cookie', ada.clientCookie),
      'client_token_unsupported',
    );
    await passes(me().set('Cookie', ada.cookie), ada.userId);
    expect(clerk.calls).toEqual([]);
  });

  it('with a secret key, a client token is asked about as ever', async () => {
    await start({ jwtKey: clerk.jwtKey, secretKey: clerk.secretKey });
    clerk.outage(false);
    await passes(me().set('Cookie', ada.clientCookie), ada.userId);
    expect(clerk.callsTo('/v1/jwks')).toEqual([]);
    clerk.outage('refuse');
  });
});
