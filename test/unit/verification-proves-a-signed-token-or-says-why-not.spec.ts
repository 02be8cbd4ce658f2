import { describe, expect, it } from '@jest/globals';
import { createPublicKey } from 'node:crypto';
import type { SessionTokenCredential } from '../../src/credentials/credential.js';
import type { SessionTokenText } from '../../src/credentials/token-shape.js';
import type { MachineTokenType } from '../../src/credentials/token-type.js';
import { JwsReader } from '../../src/verification/compact-jws.js';
import { givenKeys } from '../../src/verification/key-source.js';
import { Revocations } from '../../src/revocation/revocations.js';
import { verifyCredential, type Verification } from '../../src/verification/verify-credential.js';
import { base64url, RawSigner } from '../support/sign-raw.js';
import { CLAIMS, KEY, NOW, SECONDS, signed, verificationWith } from '../support/verification.js';

const EARLIER = NOW / 1000 - 5;
const LATER = SECONDS + 5;

const asText = (token: string): SessionTokenText => token as SessionTokenText;
const verification = verificationWith();

function ruled(rules: object): Verification {
  return { ...verification, rules: { ...verification.rules, ...rules } };
}

function verdictOn(token: string, by = verification, more: object = {}): unknown {
  const header = { clientUat: undefined, fromCookie: false, askedSessionId: undefined, ...more };
  const credential: SessionTokenCredential = {
    kind: 'session_token',
    token: asText(token),
    ...header,
  };
  return verifyCredential(credential, by);
}

function verdictOnMachine(type: MachineTokenType, token: string, by = verification): unknown {
  return verifyCredential({ kind: 'machine_token', type, format: 'jwt', token: asText(token) }, by);
}

const rejected = (code: string): object => ({ kind: 'rejected', code });
const PROVED = { kind: 'token', remembered: false };

describe('a session token', () => {
  it('is proved with its claims; met again, by the same ones', () => {
    const by = verificationWith();
    const token = signed(CLAIMS);
    expect(verdictOn(token, by)).toEqual({ ...PROVED, claims: CLAIMS });
    const again = verdictOn(token, by);
    expect(again).toEqual({ kind: 'token', claims: CLAIMS, remembered: true });
    expect(verdictOn(token, by)).toEqual(again);
  });

  it.each<[object, string | undefined]>([
    [{ sub: undefined }, 'token_claims_invalid'],
    [{ sub: '' }, 'token_claims_invalid'],
    [{ sub: 7 }, 'token_claims_invalid'],
    [{ sid: undefined }, 'token_claims_invalid'],
    [{ sid: '' }, 'token_claims_invalid'],
    [{ sid: 7 }, 'token_claims_invalid'],
    [{ sub: 'mch_1' }, 'token_type_unsupported'],
    [{ sub: 'user_mch_' }, undefined],
    [{ exp: undefined }, 'token_claims_invalid'],
    [{ exp: String(LATER) }, 'token_claims_invalid'],
    [{ nbf: String(EARLIER) }, 'token_claims_invalid'],
    [{ nbf: null }, 'token_claims_invalid'],
    [{ iat: String(EARLIER) }, 'token_claims_invalid'],
    [{ iat: undefined }, undefined],
    [{ exp: EARLIER }, 'token_expired'],
    [{ exp: EARLIER + 0.001 }, undefined],
    [{ nbf: LATER }, undefined],
    [{ nbf: LATER + 0.001 }, 'token_not_yet_valid'],
    [{ iat: LATER }, undefined],
    [{ iat: LATER + 0.001 }, 'token_issued_in_future'],
    [{ sts: 'active' }, undefined],
    [{ sts: 'pending' }, 'session_pending'],
    [{ sts: 'revoked' }, 'session_not_active'],
    [{ sts: '' }, 'session_not_active'],
  ])('with %j: %p', (more, code) => {
    const claims = { ...CLAIMS, ...more };
    const verdict = code === undefined ? { ...PROVED, claims } : rejected(code);
    expect(verdictOn(signed(claims))).toEqual(verdict);
  });

  it('whose time is infinite has none', () => {
    const token = signed({ ...CLAIMS, exp: 0 }).split('.');
    expect(token).toHaveLength(3);
    const by = {
      ...verification,
      jws: new (class extends JwsReader {
        override read(): ReturnType<JwsReader['read']> {
          return {
            header: { alg: 'RS256' },
            payload: { ...CLAIMS, exp: Number.POSITIVE_INFINITY },
          };
        }
      })(),
    };
    expect(verdictOn(signed(CLAIMS, { x: 1 }), by)).toEqual(rejected('token_claims_invalid'));
  });

  it.each<[object, object, string | undefined]>([
    [{ issuers: ['https://a.test'] }, { iss: 'https://a.test' }, undefined],
    [{ issuers: ['https://a.test'] }, { iss: 'https://a.test.evil' }, 'token_issuer_mismatch'],
    [{ issuers: ['https://a.test'] }, {}, 'token_issuer_mismatch'],
    [{ authorizedParties: ['a', 'b'] }, { azp: 'b' }, undefined],
    [{ authorizedParties: ['a'] }, { azp: 'b' }, 'token_authorized_party_mismatch'],
    [{ authorizedParties: ['a'] }, {}, 'token_authorized_party_mismatch'],
    [{ authorizedParties: ['a'] }, { azp: ['a'] }, 'token_authorized_party_mismatch'],
    [{ audience: ['a', 'b'] }, { aud: 'b' }, undefined],
    [{ audience: ['a', 'b'] }, { aud: ['c', 'a'] }, undefined],
    [{ audience: ['a'] }, { aud: ['c'] }, 'token_audience_mismatch'],
    [{ audience: ['a'] }, { aud: 'ab' }, 'token_audience_mismatch'],
    [{ audience: ['a'] }, {}, 'token_audience_mismatch'],
    [{ treatPendingAsSignedOut: false }, { sts: 'pending' }, undefined],
    [{ treatPendingAsSignedOut: false }, { sts: 'ended' }, 'session_not_active'],
  ])('under %j with %j: %p', (rules, more, code) => {
    const claims = { ...CLAIMS, ...more };
    const verdict = code === undefined ? { ...PROVED, claims } : rejected(code);
    expect(verdictOn(signed(claims), ruled(rules))).toEqual(verdict);
  });

  it.each<[object, string | undefined]>([
    [{ alg: 'none' }, 'token_algorithm_unsupported'],
    [{ alg: 'HS256' }, 'token_algorithm_unsupported'],
    [{ alg: undefined }, 'token_algorithm_unsupported'],
    [{ crit: [] }, 'token_critical_header_unsupported'],
    [{ typ: 'at+jwt' }, 'token_type_unsupported'],
    [{ typ: undefined }, undefined],
    [{ cat: 'cl_B7d4PD111AAA' }, undefined],
    [{ cat: 'cl_I7d4PD111III' }, undefined],
    [{ cat: 'cl_B7d4PD222AAA' }, 'token_type_unsupported'],
    [{ cat: '' }, 'token_type_unsupported'],
  ])('under the header %j: %p', (header, code) => {
    const token = signed(CLAIMS, header);
    expect(verdictOn(token)).toEqual(
      code === undefined ? { ...PROVED, claims: CLAIMS } : rejected(code),
    );
  });

  it.each<[object, string | undefined]>([
    [{ kid: 'a' }, 'a'],
    [{ kid: '' }, undefined],
    [{ kid: 7 }, undefined],
    [{}, undefined],
  ])('under the header %j is looked up by %p, at first and when it comes again', (header, kid) => {
    const asked: unknown[] = [];
    const keys = {
      candidates: (id: string | undefined) => {
        asked.push(id);
        return [KEY];
      },
    };
    const by = verificationWith({ keys });
    const token = signed(CLAIMS, header);
    expect(verdictOn(token, by)).toMatchObject(PROVED);
    expect(verdictOn(token, by)).toMatchObject({ remembered: true });
    expect(asked).toEqual([kid, kid]);
  });

  it('is refused without its key, or with a signature that is not its own', () => {
    const token = signed(CLAIMS);
    expect(verdictOn(token, verificationWith({ keys: givenKeys([]) }))).toEqual(
      rejected('token_key_unknown'),
    );
    const [header = '', , signature = ''] = token.split('.');
    const forged = `${header}.${base64url(JSON.stringify({ ...CLAIMS, sub: 'user_eve' }))}.${signature}`;
    expect(verdictOn(forged)).toEqual(rejected('token_signature_invalid'));
  });

  it('is proved by one of several keys', () => {
    const other = createPublicKey(new RawSigner(1024).pem);
    const by = verificationWith({ keys: givenKeys([other, KEY]) });
    expect(verdictOn(signed(CLAIMS), by)).toMatchObject(PROVED);
    const m2m = signed({ sub: 'mch_a', jti: 'mt_1', exp: SECONDS + 60 });
    expect(verdictOnMachine('m2m_token', m2m, by)).toMatchObject({ kind: 'machine' });
    const strangers = verificationWith({ keys: givenKeys([other, other]) });
    expect(verdictOn(signed(CLAIMS), strangers)).toEqual(rejected('token_signature_invalid'));
  });

  it('is kept only once it holds', () => {
    let now = NOW;
    const by = verificationWith({ now: () => now });
    const token = signed({ ...CLAIMS, nbf: SECONDS + 30 });
    expect(verdictOn(token, by)).toEqual(rejected('token_not_yet_valid'));
    now += 30_000;
    expect(verdictOn(token, by)).toMatchObject(PROVED);
    expect(verdictOn(token, by)).toMatchObject({ remembered: true });
  });

  it('is refused as soon as its key has left, although it was met before', () => {
    let keys = [KEY];
    const by = verificationWith({ keys: { candidates: () => keys } });
    const token = signed(CLAIMS);
    expect(verdictOn(token, by)).toMatchObject(PROVED);
    keys = [];
    expect(verdictOn(token, by)).toEqual(rejected('token_key_unknown'));
    keys = [KEY];
    expect(verdictOn(token, by)).toMatchObject(PROVED);
    expect(verdictOn(token, by)).toMatchObject({ remembered: true });
  });

  it('is refused when its session is revoked, and another one is not', () => {
    const revoked = new Revocations();
    const by = verificationWith({ revoked });
    const token = signed(CLAIMS);
    revoked.endSession('sess_other');
    expect(verdictOn(token, by)).toMatchObject(PROVED);
    revoked.endSession('sess_ada');
    expect(verdictOn(token, by)).toEqual(rejected('session_not_active'));
  });

  it('is waited for where its key is fetched', async () => {
    const keys = { candidates: () => Promise.resolve([KEY]) };
    await expect(verdictOn(signed(CLAIMS), verificationWith({ keys }))).resolves.toMatchObject(
      PROVED,
    );
  });

  it('answers to the session that was asked for', () => {
    const token = signed(CLAIMS);
    expect(verdictOn(token, verification, { askedSessionId: 'sess_ada' })).toMatchObject({
      kind: 'token',
    });
    const other = verdictOn(token, verification, { askedSessionId: 'sess_eve' });
    expect(other).toEqual(rejected('session_mismatch'));
    const forged = `${token.slice(0, token.lastIndexOf('.'))}.AAAA`;
    const refused = verdictOn(forged, verification, { askedSessionId: 'sess_eve' });
    expect(refused).toEqual(rejected('token_signature_invalid'));
  });

  it.each<[object, number | undefined, boolean, string | undefined]>([
    [{}, SECONDS, true, undefined],
    [{}, SECONDS - 1, true, undefined],
    [{}, SECONDS + 1, true, 'client_signed_out'],
    [{}, 0, true, 'client_signed_out'],
    [{}, undefined, true, undefined],
    [{ clientUat: 'required' }, undefined, true, 'client_uat_missing'],
    [{ clientUat: 'required' }, 0, true, 'client_signed_out'],
    [{ clientUat: 'required' }, SECONDS, true, undefined],
    [{ clientUat: 'required' }, undefined, false, undefined],
    [{}, 0, false, undefined],
  ])(
    'under %j beside the sign-out time %p, in a cookie %p: %p',
    (rules, clientUat, fromCookie, code) => {
      const verdict = verdictOn(signed(CLAIMS), ruled(rules), { clientUat, fromCookie });
      expect(verdict).toMatchObject(code === undefined ? { kind: 'token' } : rejected(code));
    },
  );

  it('of no date is older than any sign-out', () => {
    const token = signed({ ...CLAIMS, iat: undefined });
    const cookie = { clientUat: 1, fromCookie: true };
    expect(verdictOn(token, verification, cookie)).toEqual(rejected('client_signed_out'));
  });
});

describe('a text that is no token', () => {
  const [header = '', payload = '', signature = ''] = signed(CLAIMS).split('.');
  const none = rejected('token_malformed');

  it.each([
    ['a header that is no JSON', `${base64url('x')}.${payload}.${signature}`],
    ['a header that is a list', `${base64url('[]')}.${payload}.${signature}`],
    ['a payload that is a list', `${header}.${base64url('[]')}.${signature}`],
    ['a payload that is null', `${header}.${base64url('null')}.${signature}`],
    ['a payload that is a text', `${header}.${base64url('"x"')}.${signature}`],
    ['a payload with a character over', `${header}.${base64url('{ }')}A.${signature}`],
    ['a signature with a character over', `${header}.${payload}.AAAAA`],
  ])('has %s', (_name, token) => {
    expect(verdictOn(token)).toEqual(none);
    expect(verdictOnMachine('m2m_token', token)).toEqual(none);
  });

  it('is not peeked into, and what is peeked at is handed out once', () => {
    const jws = new JwsReader();
    expect(jws.peek(`${header}.${payload}`)).toBeUndefined();
    expect(jws.peek(`${base64url('{}')}x`)).toBeUndefined();
    expect(jws.peek(`${header}.${base64url('{}')}..x`)).toBeUndefined();
    expect(jws.peek(`${header}.${payload}.${signature}.x`)).toBeUndefined();
    expect(jws.peek(`${base64url('x')}.${payload}.x`)).toBeUndefined();
    const token = asText(`${header}.${payload}.${signature}`);
    const peeked = jws.peek(token);
    expect(peeked).toEqual(CLAIMS);
    expect(jws.read(token)?.payload).toBe(peeked);
    expect(jws.read(token)?.payload).not.toBe(peeked);
    expect(jws.read(token)?.payload).toEqual(peeked);
    expect(jws.peekHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT' });
    expect(jws.peekHeader(token)).toBe(jws.read(token)?.header);
  });
});

describe('a machine’s signed token', () => {
  const m2m = { sub: 'mch_a', jti: 'mt_1', exp: SECONDS + 60, scopes: ['mch_b'] };
  const oauth = { sub: 'user_ada', jti: 'oat_1', client_id: 'c1', exp: SECONDS + 60, scope: 'a b' };
  const at = { typ: 'at+jwt' };
  const nothing = { claims: undefined, name: undefined, clientId: undefined };
  const expireAt = (SECONDS + 60) * 1000;

  it('is proved, with what it says of itself', () => {
    expect(verdictOnMachine('m2m_token', signed(m2m))).toEqual({
      kind: 'machine',
      machine: {
        ...nothing,
        type: 'm2m_token',
        id: 'mt_1',
        subject: 'mch_a',
        scopes: ['mch_b'],
        claims: { scopes: ['mch_b'] },
        expireAt,
      },
    });
    expect(verdictOnMachine('oauth_token', signed(oauth, at))).toEqual({
      kind: 'machine',
      machine: {
        ...nothing,
        type: 'oauth_token',
        id: 'oat_1',
        subject: 'user_ada',
        scopes: ['a', 'b'],
        clientId: 'c1',
        expireAt,
      },
    });
  });

  it.each<[MachineTokenType, object, unknown, unknown]>([
    ['m2m_token', { scopes: undefined, aud: ['mch_c'] }, ['mch_c'], { aud: ['mch_c'] }],
    ['m2m_token', { scopes: 'a  b' }, ['a', 'b'], { scopes: 'a  b' }],
    ['m2m_token', { scopes: undefined }, [], undefined],
    ['m2m_token', { scopes: 7 }, [], { scopes: 7 }],
    ['m2m_token', { scopes: ['a', 7, ''] }, ['a'], { scopes: ['a', 7, ''] }],
    [
      'm2m_token',
      { scopes: undefined, iss: 'i', iat: SECONDS, nbf: SECONDS, own: 1 },
      [],
      { own: 1 },
    ],
    ['oauth_token', { scp: ['c'] }, ['c'], undefined],
    ['oauth_token', { scope: undefined }, [], undefined],
  ])('%s with %j has the scopes %j and the claims %j', (type, more, scopes, claims) => {
    const usual = type === 'm2m_token' ? m2m : oauth;
    const token = signed({ ...usual, ...more }, type === 'm2m_token' ? {} : at);
    expect(verdictOnMachine(type, token)).toMatchObject({ machine: { scopes } });
    expect(verdictOnMachine(type, token)).toHaveProperty('machine.claims', claims);
  });

  it.each<[MachineTokenType, object, object, string]>([
    ['m2m_token', { typ: 'at+jwt' }, m2m, 'token_type_unsupported'],
    ['m2m_token', { cat: 'cl_B7d4PD111AAA' }, m2m, 'token_type_unsupported'],
    ['m2m_token', { alg: 'HS256' }, m2m, 'token_algorithm_unsupported'],
    ['oauth_token', { typ: 'JWT' }, oauth, 'token_type_unsupported'],
    ['oauth_token', { ...at, crit: [] }, oauth, 'token_critical_header_unsupported'],
    ['api_key', {}, m2m, 'token_type_unsupported'],
    ['api_key', at, oauth, 'token_type_unsupported'],
    ['m2m_token', {}, { ...m2m, sub: 'mch_' }, 'token_claims_invalid'],
    ['m2m_token', {}, { ...m2m, sub: 'user_1' }, 'token_claims_invalid'],
    ['m2m_token', {}, { ...m2m, sub: 7 }, 'token_claims_invalid'],
    ['m2m_token', {}, { ...m2m, jti: '' }, 'token_claims_invalid'],
    ['m2m_token', {}, { ...m2m, jti: 7 }, 'token_claims_invalid'],
    ['m2m_token', {}, { ...m2m, exp: undefined }, 'token_claims_invalid'],
    ['m2m_token', {}, { ...m2m, exp: EARLIER }, 'token_expired'],
    ['m2m_token', {}, { ...m2m, nbf: LATER + 1 }, 'token_not_yet_valid'],
    ['m2m_token', {}, { ...m2m, iat: LATER + 1 }, 'token_issued_in_future'],
    ['oauth_token', at, { ...oauth, sub: 'user_' }, 'token_claims_invalid'],
    ['oauth_token', at, { ...oauth, sub: undefined }, 'token_claims_invalid'],
    ['oauth_token', at, { ...oauth, sub: 'org_1' }, 'token_claims_invalid'],
    ['oauth_token', at, { ...oauth, jti: undefined }, 'token_claims_invalid'],
    ['oauth_token', at, { ...oauth, client_id: '' }, 'token_claims_invalid'],
    ['oauth_token', at, { ...oauth, exp: EARLIER }, 'token_expired'],
  ])('%s under %j with %j is refused: %s', (type, header, claims, code) => {
    expect(verdictOnMachine(type, signed(claims, header))).toEqual(rejected(code));
  });

  it.each<[MachineTokenType, object, object, object, boolean]>([
    ['m2m_token', { cat: 'cl_B7d4PD333AAA' }, m2m, {}, true],
    ['m2m_token', { typ: undefined }, m2m, {}, true],
    ['m2m_token', {}, m2m, { audience: ['a'] }, true],
    ['m2m_token', {}, { ...m2m, aud: 'a' }, { audience: ['a'] }, true],
    ['m2m_token', {}, { ...m2m, aud: 'b' }, { audience: ['a'] }, false],
    ['oauth_token', at, oauth, { audience: ['a'] }, false],
    ['oauth_token', at, { ...oauth, aud: 'a' }, { audience: ['a'] }, true],
    ['oauth_token', { typ: 'application/at+jwt' }, oauth, {}, true],
    ['m2m_token', {}, m2m, { issuers: ['h', 'i'] }, false],
    ['m2m_token', {}, { ...m2m, iss: 'i' }, { issuers: ['h', 'i'] }, true],
  ])('%s under %j with %j, ruled by %j: %p', (type, header, claims, rules, isProved) => {
    const verdict = verdictOnMachine(type, signed(claims, header), ruled(rules));
    expect(verdict).toMatchObject({ kind: isProved ? 'machine' : 'rejected' });
  });

  it('is refused without its key, or with a signature that is not its own', () => {
    const token = signed(m2m);
    const keyless = verdictOnMachine('m2m_token', token, verificationWith({ keys: givenKeys([]) }));
    expect(keyless).toEqual(rejected('token_key_unknown'));
    const [header = '', payload = ''] = token.split('.');
    const [, , other = ''] = signed({ ...m2m, jti: 'mt_2' }).split('.');
    const forged = verdictOnMachine('m2m_token', `${header}.${payload}.${other}`);
    expect(forged).toEqual(rejected('token_signature_invalid'));
  });
});
