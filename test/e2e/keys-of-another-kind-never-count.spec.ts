import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule } from 'nestjs-clerk-auth';
import { LocalClerk, type CannedAnswer, type Jwk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { ecPair, publishedKeys, rsaPair, type Pair } from '../support/json-web-keys.js';
import { handled, ProbeController } from '../support/probe-controller.js';
import { isRefused, isUnknowable, passes } from '../support/refusals.js';
import { startApp } from '../support/start-app.js';

const START = Date.parse('2026-02-02T02:02:02Z');
const MINUTE = 60_000;
const PAIR = rsaPair('ins_mine');

describe('a key in the published set', () => {
  let now: number;
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication;

  let own: readonly Jwk[];

  beforeAll(async () => {
    now = START;
    clerk = await LocalClerk.start({ now: () => now });
    own = await publishedKeys(clerk);
  });

  afterAll(async () => {
    await clerk.stop();
  });

  beforeEach(() => {
    now = START;
    handled.length = 0;
    ada = clerk.signIn('ada');
    clerk.answer('GET', '/v1/jwks', undefined);
  });

  afterEach(async () => {
    await app.close();
  });

  /** Beside the key that signs. */
  function publish(...others: readonly unknown[]): void {
    clerk.answer('GET', '/v1/jwks', { status: 200, body: { keys: [...own, ...others] } });
  }

  async function start(): Promise<void> {
    app = await startApp('express', {
      imports: [ClerkModule.forRoot({ ...clerk.options(), errorBody: 'problem' })],
      controllers: [ProbeController],
      now: () => now,
    });
  }

  const withToken = (token: string): request.Test =>
    request(app.getHttpServer()).get('/me').set('Authorization', `Bearer ${token}`);
  const signedBy = ({ privateKey }: Pair, kid: string): request.Test =>
    withToken(clerk.mint({ session: ada, key: privateKey, header: { kid } }));

  it.each<[string, Jwk]>([
    ['as Clerk writes it', { ...PAIR.jwk, alg: 'RS256' }],
    ['without use and alg', { ...PAIR.jwk, use: undefined, alg: undefined }],
    ['with a certificate beside it', { ...PAIR.jwk, x5c: ['rubbish'], x5t: 'rubbish' }],
    ['with use and alg as null', { ...PAIR.jwk, use: null, alg: null, key_ops: null }],
    ['with use and alg empty', { ...PAIR.jwk, use: '', alg: '', key_ops: [] }],
    ['that may verify', { ...PAIR.jwk, key_ops: ['sign', 'verify'] }],
    ['named __proto__', { ...PAIR.jwk, kid: '__proto__' }],
    ['named constructor', { ...PAIR.jwk, kid: 'constructor' }],
  ])('%s counts', async (_, jwk) => {
    publish(jwk);
    await start();
    await passes(signedBy(PAIR, jwk.kid as string), ada.userId);
  });

  it.each<[string, Jwk]>([
    ['for encryption', { ...PAIR.jwk, use: 'enc' }],
    ['of an unknown use', { ...PAIR.jwk, use: 'SIG' }],
    ['for RS512', { ...PAIR.jwk, alg: 'RS512' }],
    ['for PS256', { ...PAIR.jwk, alg: 'PS256' }],
    ['for HS256', { ...PAIR.jwk, alg: 'HS256' }],
    ['that may only sign', { ...PAIR.jwk, key_ops: ['sign'] }],
    ['that may only encrypt', { ...PAIR.jwk, use: null, key_ops: ['encrypt', 'wrapKey'] }],
    ['whose key_ops is a text', { ...PAIR.jwk, key_ops: 'verify' }],
    ['whose key_ops is an object', { ...PAIR.jwk, key_ops: { verify: true } }],
    ['with a number for use', { ...PAIR.jwk, use: 0 }],
    ['with a list for alg', { ...PAIR.jwk, alg: ['RS256'] }],
    ['that is a certificate alone', { ...PAIR.jwk, n: undefined, e: undefined, x5c: ['AAAA'] }],
    ['with nothing for a name', { ...PAIR.jwk, kid: '' }],
    ['with null for a name', { ...PAIR.jwk, kid: null }],
    ['with null for a modulus', { ...PAIR.jwk, n: null, e: null }],
    ['of type EC', { ...PAIR.jwk, kty: 'EC' }],
    ['of type oct', { ...PAIR.jwk, kty: 'oct' }],
    ['of no type', { ...PAIR.jwk, kty: undefined }],
    ['without a modulus', { ...PAIR.jwk, n: undefined }],
    ['with a number for modulus', { ...PAIR.jwk, n: 5 }],
    // With these, anybody could sign: RFC 3447 section 3.1 demands 3 at least, and Clerk's keys have 65537.
    ['with an empty exponent', { ...PAIR.jwk, e: '' }],
    ['with the exponent 1', { ...PAIR.jwk, e: 'AQ' }],
    ['with a broken modulus', { ...PAIR.jwk, n: 'AAAA' }],
    ['with a number for a name', { ...PAIR.jwk, kid: 5 }],
  ])('%s is skipped, and the others count', async (_, jwk) => {
    publish(jwk);
    await start();
    await isRefused(signedBy(PAIR, PAIR.jwk.kid as string), 'token_key_unknown');
    await passes(withToken(ada.sessionToken), ada.userId);
  });

  it.each([1024, 2040])('of %i bits is skipped, and the others count', async (bits) => {
    const weak = rsaPair('ins_weak', bits);
    publish(weak.jwk);
    await start();
    await isRefused(signedBy(weak, 'ins_weak'), 'token_key_unknown');
    await passes(withToken(ada.sessionToken), ada.userId);
  });

  it('of 3072 bits counts', async () => {
    const strong = rsaPair('ins_strong', 3072);
    publish(strong.jwk);
    await start();
    await passes(signedBy(strong, 'ins_strong'), ada.userId);
  });

  it('of an elliptic curve, a secret one and rubbish are skipped', async () => {
    publish(
      ecPair('ins_ec').jwk,
      { kid: 'ins_oct', kty: 'oct', k: 'AAAA' },
      { kid: 'ins_okp', kty: 'OKP', crv: 'Ed25519', x: 'AAAA' },
      ...[null, 5, 'key', [], {}],
    );
    await start();
    for (const kid of ['ins_ec', 'ins_oct', 'ins_okp']) {
      await isRefused(signedBy(PAIR, kid), 'token_key_unknown');
    }
    await passes(withToken(ada.sessionToken), ada.userId);
  });

  it('is asked for under its own name only', async () => {
    publish(PAIR.jwk);
    await start();
    await isRefused(signedBy(PAIR, own[0]?.kid as string), 'token_signature_invalid');
    await isRefused(signedBy(PAIR, 'INS_MINE'), 'token_key_unknown');
    await passes(signedBy(PAIR, 'ins_mine'), ada.userId);
  });

  describe('is not replaced by a set without any', () => {
    const ANSWERS: readonly [string, CannedAnswer][] = [
      ['an empty set', { status: 200, body: { keys: [] } }],
      ['a set of other kinds', { status: 200, body: { keys: [ecPair('ins_ec').jwk] } }],
      ['keys that are no list', { status: 200, body: { keys: { 0: PAIR.jwk } } }],
      ['a list', { status: 200, body: [PAIR.jwk] }],
      ['null', { status: 200, body: 'null' }],
      ['HTML', { status: 200, body: '<html>' }],
      ['a set with status 404', { status: 404, body: { keys: [PAIR.jwk] } }],
      ['a set with status 201', { status: 201, body: { keys: [PAIR.jwk] } }],
      ['a refusal of our key', { status: 401, body: {} }],
    ];

    it.each(ANSWERS)('%s', async (_, answer) => {
      await start();
      await passes(withToken(ada.sessionToken), ada.userId);
      clerk.answer('GET', '/v1/jwks', answer);
      now = START + 10 * MINUTE;
      await passes(withToken(clerk.mint({ session: ada })), ada.userId);
      await isUnknowable(signedBy(PAIR, 'ins_mine'));
      now = START + 30 * MINUTE;
      await passes(withToken(clerk.mint({ session: ada })), ada.userId);
    });

    it.each(ANSWERS)('%s on a cold start leaves it open: 503', async (_, answer) => {
      clerk.answer('GET', '/v1/jwks', answer);
      await start();
      await isUnknowable(withToken(ada.sessionToken));
      clerk.answer('GET', '/v1/jwks', undefined);
      await passes(withToken(ada.sessionToken), ada.userId);
    });
  });
});
