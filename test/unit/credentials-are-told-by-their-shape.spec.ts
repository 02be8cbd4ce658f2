import { describe, expect, it } from '@jest/globals';
import type { PublishableKey } from '../../src/config/publishable-key.js';
import { isSessionId, readAskedSessionId } from '../../src/credentials/asked-session-id.js';
import { isB64Token, readBearer } from '../../src/credentials/bearer.js';
import { chooseCookieSet, type CookieChoice } from '../../src/credentials/choose-cookie-set.js';
import { readCookieValues } from '../../src/credentials/cookie-values.js';
import { opaqueTypeOf, readMachineToken } from '../../src/credentials/machine-token.js';
import { readCredential, type CredentialReading } from '../../src/credentials/read-credential.js';
import {
  cookieNames,
  readClientUat,
  readSessionCookies,
  type SessionCookies,
} from '../../src/credentials/session-cookies.js';
import { isSessionTokenShaped, LONGEST_CREDENTIAL } from '../../src/credentials/token-shape.js';
import { SESSIONS_ONLY, TOKEN_TYPES } from '../../src/credentials/token-type.js';
import type { IncomingRequest } from '../../src/transport/incoming-request.js';
import { JwsReader } from '../../src/verification/compact-jws.js';
import { base64url } from '../support/sign-raw.js';

const NOW = 1_700_000_000_000;
const SECONDS = NOW / 1000;
const INSTANCE: PublishableKey = {
  kind: 'test',
  text: 'pk_test_Y2xlcmsuZXhhbXBsZS5jb20k',
  frontendApi: 'clerk.example.com',
  cookieSuffix: 'QvfNY2dr',
};
const LIVE: PublishableKey = { ...INSTANCE, kind: 'live' };
const OURS = 'https://clerk.example.com';

function tokenOf(claims: object, header: object = { alg: 'RS256' }): string {
  return `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}.c2ln`;
}

describe('an asked session id', () => {
  it.each(['sess_1', 'sess_aB9', `sess_${'a'.repeat(250)}`])('%s can name a session', (id) => {
    expect(isSessionId(id)).toBe(true);
    expect(readAskedSessionId([id])).toEqual({ kind: 'asked', id });
  });

  it.each([
    '',
    'sess_',
    'sess',
    'x_sess_1',
    ' sess_1',
    'sess_1 ',
    'sess_1/revoke?x=',
    'sess_-',
    `sess_${'a'.repeat(251)}`,
  ])('%j cannot', (id) => {
    expect(isSessionId(id)).toBe(false);
    expect(readAskedSessionId([id])).toEqual({ kind: 'malformed' });
  });

  it('must be a text, and one', () => {
    expect(isSessionId(['sess_1'])).toBe(false);
    expect(isSessionId(undefined)).toBe(false);
    expect(readAskedSessionId([])).toEqual({ kind: 'asked', id: undefined });
    expect(readAskedSessionId(['sess_1', 'sess_1'])).toEqual({ kind: 'malformed' });
  });
});

describe('an Authorization value', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['Bearer  abc', 'abc'],
    ['Bearer   abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER  abc', 'abc'],
    ['Bearer ', ''],
    ['Bearer a b', 'a b'],
  ])('%j bears %j', (value, token) => {
    expect(readBearer([value])).toEqual({ kind: 'token', token });
  });

  it.each(['Bearer', 'bearer', 'Bearer\tabc', 'bearer\t'])('%j is malformed', (value) => {
    expect(readBearer([value])).toEqual({ kind: 'malformed' });
  });

  it.each(['Basic abc', 'Bearerabc', 'xBearer abc', 'x bearer', '', 'Token bearer abc'])(
    '%j is of another scheme',
    (value) => {
      expect(readBearer([value])).toEqual({ kind: 'none' });
    },
  );

  it('is one, or none at all', () => {
    expect(readBearer([])).toEqual({ kind: 'none' });
    expect(readBearer(['Bearer a', 'Bearer a'])).toEqual({ kind: 'malformed' });
    expect(readBearer(['Basic a', 'Bearer a'])).toEqual({ kind: 'malformed' });
  });

  it.each(['abc', 'a-._~+/9Z', 'abc=', 'abc=='])('%j keeps to the grammar', (token) => {
    expect(isB64Token(token)).toBe(true);
  });

  it.each(['', '=', 'a b', 'ab=c', ' abc', 'abc ', 'ä', 'é=', 'a\n'])('%j does not', (token) => {
    expect(isB64Token(token)).toBe(false);
  });
});

describe('cookies', () => {
  const names = ['__session', '__client_uat'];

  it.each<[string, (string | undefined)[]]>([
    ['', [undefined, undefined]],
    ['__session=a', ['a', undefined]],
    ['__session=a; __client_uat=1', ['a', '1']],
    ['__client_uat=1;__session=a', ['a', '1']],
    ['x=1; __session=a; y=2', ['a', undefined]],
    ['__session=a; __session=b', ['a', undefined]],
    ['__session=; __session=b', ['', undefined]],
    ['  __session =  a  ;', ['a', undefined]],
    ['__session; __client_uat=1', [undefined, '1']],
    ['__session', [undefined, undefined]],
    ['__sessionx', [undefined, undefined]],
    [';__session=a', ['a', undefined]],
    ['=a', [undefined, undefined]],
    ['__session==a=b', ['=a=b', undefined]],
    ['x__session=a', [undefined, undefined]],
    ['__sessions=a', [undefined, undefined]],
    ['__Session=a', [undefined, undefined]],
    ['x=__session=a', [undefined, undefined]],
    ['__session=a%20b', ['a b', undefined]],
    ['__session=a%3B%3D', ['a;=', undefined]],
    ['__session=a%zz', ['a%zz', undefined]],
    ['%5F_session=a', [undefined, undefined]],
    ['\t __session\t=\t a \t;', ['a', undefined]],
    // Blanks are SP and HTAB, and nothing else that JavaScript trims.
    ['\u00a0__session=a', [undefined, undefined]],
    ['__session\u00a0=a', [undefined, undefined]],
    ['__session=\u00a0a\u00a0', ['\u00a0a\u00a0', undefined]],
    ['__session=a\u000b', ['a\u000b', undefined]],
    ['\ufeff__session=a', [undefined, undefined]],
    ['__session ; =a', [undefined, undefined]],
    ['__session\t \t', [undefined, undefined]],
  ])('%j hold %j', (header, values) => {
    expect(readCookieValues(header, names)).toStrictEqual(values);
  });

  it('are known by plain names, and by suffixed ones where a suffix is known', () => {
    expect(cookieNames(undefined)).toEqual(names);
    expect(cookieNames('x')).toEqual([...names, '__session_x', '__client_uat_x']);
  });

  it('come in two sets, in which what is empty is absent', () => {
    const none = { session: undefined, clientUat: undefined };
    expect(readSessionCookies('__session=a', names)).toEqual({
      plain: { session: 'a', clientUat: undefined },
      suffixed: undefined,
    });
    expect(readSessionCookies('__session=; __client_uat=', cookieNames('x'))).toEqual({
      plain: none,
      suffixed: none,
    });
    const both = '__session=a; __client_uat=1; __session_x=b; __client_uat_x=2';
    expect(readSessionCookies(both, cookieNames('x'))).toEqual({
      plain: { session: 'a', clientUat: '1' },
      suffixed: { session: 'b', clientUat: '2' },
    });
  });

  it.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['0', 0],
    ['1700000000', 1_700_000_000],
    ['12x', 12],
    ['x', 0],
    ['', 0],
    ['0x10', 0],
  ])('of %j the sign-out time is %p', (written, seconds) => {
    expect(readClientUat(written)).toBe(seconds);
  });
});

describe('of two sets of cookies', () => {
  const jws = new JwsReader();

  function choose(plain: object, suffixed: object | undefined, more: object = {}): string {
    const choice: CookieChoice = {
      publishableKey: INSTANCE,
      issuers: [],
      now: () => NOW,
      unverified: jws,
      recognize: () => undefined,
      ...more,
    };
    const none = { session: undefined, clientUat: undefined };
    const sets = {
      plain: { ...none, ...plain },
      suffixed: suffixed === undefined ? undefined : { ...none, ...suffixed },
    };
    const chosen: SessionCookies = chooseCookieSet(sets, choice);
    return chosen === sets.plain ? 'plain' : 'suffixed';
  }

  const old = { iss: OURS, iat: SECONDS - 60, exp: SECONDS + 1 };
  const recent = { iss: OURS, iat: SECONDS, exp: SECONDS + 60 };
  const oldIn = { session: tokenOf(old), clientUat: '5' };
  const newIn = { session: tokenOf(recent), clientUat: '6' };

  it('only the plain one counts where there is no other, or no instance to choose for', () => {
    expect(choose(oldIn, undefined)).toBe('plain');
    expect(choose(oldIn, newIn, { publishableKey: undefined })).toBe('plain');
    expect(choose(oldIn, newIn)).toBe('suffixed');
  });

  it('nothing is decoded where both are alike, and everything where one of their values differs', () => {
    const unverified = {
      peek: (): never => {
        throw new Error('Decoded.');
      },
    };
    expect(choose(oldIn, { ...oldIn }, { unverified })).toBe('plain');
    expect(() => choose(oldIn, { ...oldIn, clientUat: '6' }, { unverified })).toThrow('Decoded.');
    expect(() => choose(oldIn, { ...newIn, clientUat: '5' }, { unverified })).toThrow('Decoded.');
  });

  it('the plain one counts if its token says nothing of an issuer', () => {
    expect(choose({ session: 'opaque', clientUat: '5' }, newIn)).toBe('plain');
    expect(choose({ session: tokenOf({ iat: 1 }), clientUat: '5' }, newIn)).toBe('plain');
    expect(choose({ session: tokenOf({ iss: '' }), clientUat: '5' }, newIn)).toBe('plain');
  });

  it.each<[unknown, string]>([
    ['https://clerk.other.com', 'suffixed'],
    [7, 'suffixed'],
    ['xhttps://clerk.example.com', 'suffixed'],
    [`${OURS}.evil.test`, 'suffixed'],
    ['https://', 'suffixed'],
    ['clerk.https://example.com', 'suffixed'],
    [OURS, 'plain'],
    ['http://clerk.example.com', 'plain'],
    ['clerk.example.com', 'plain'],
  ])('a newer plain one of the issuer %j: %s', (iss, chosen) => {
    expect(choose({ session: tokenOf({ ...recent, iss }), clientUat: '6' }, oldIn)).toBe(chosen);
  });

  it.each<[readonly string[], string]>([
    [['https://app.example.com/__clerk'], 'plain'],
    [['https://clerk.satellite.com', 'https://app.example.com/__clerk'], 'plain'],
    [['https://app.example.com'], 'suffixed'],
    [[], 'suffixed'],
  ])('with the issuers %j listed, a newer plain one of a proxy: %s', (issuers, chosen) => {
    const session = tokenOf({ ...recent, iss: 'https://app.example.com/__clerk' });
    expect(choose({ session, clientUat: '6' }, oldIn, { issuers })).toBe(chosen);
  });

  it('a stranger’s plain token leaves the suffixed set, however empty', () => {
    const stranger = { session: tokenOf({ ...recent, iss: 'https://clerk.other.com' }) };
    expect(choose(stranger, { clientUat: undefined, session: undefined })).toBe('suffixed');
    expect(choose({ session: tokenOf(recent) }, {})).toBe('plain');
  });

  it('the newer token counts while both are signed in', () => {
    expect(choose(newIn, oldIn)).toBe('plain');
    expect(choose(oldIn, newIn)).toBe('suffixed');
    expect(choose(oldIn, { ...oldIn, clientUat: '9' })).toBe('suffixed');
    expect(choose({ ...newIn, session: tokenOf({ iss: OURS, iat: '9' }) }, oldIn)).toBe('suffixed');
    expect(choose(oldIn, { session: tokenOf({ iss: OURS, iat: 'x' }), clientUat: '6' })).toBe(
      'plain',
    );
    expect(choose(newIn, { clientUat: '6' })).toBe('plain');
  });

  it('the one that is signed in counts', () => {
    expect(choose(oldIn, { ...newIn, clientUat: '0' })).toBe('plain');
    expect(choose({ ...newIn, clientUat: '0' }, { ...oldIn, clientUat: '6' })).toBe('suffixed');
    expect(choose({ clientUat: '0' }, { ...newIn, clientUat: '0' })).toBe('suffixed');
    expect(choose({ ...newIn, clientUat: '0' }, { ...oldIn, clientUat: '0' })).toBe('suffixed');
  });

  it('on a test instance a plain sign-out outlives a suffixed token that is over', () => {
    const at = (exp: unknown): object => ({
      session: tokenOf({ iss: OURS, iat: 1, exp }),
      clientUat: '6',
    });
    expect(choose({ clientUat: '0' }, at(SECONDS - 1))).toBe('plain');
    expect(choose({ clientUat: '0' }, at(SECONDS))).toBe('plain');
    expect(choose({ clientUat: '0' }, at(SECONDS + 1))).toBe('suffixed');
    expect(choose({ clientUat: '0' }, at('1'))).toBe('suffixed');
    expect(choose({ clientUat: '0' }, { clientUat: '6' })).toBe('suffixed');
    expect(choose({ clientUat: '5' }, at(SECONDS - 1))).toBe('suffixed');
    expect(choose({ clientUat: '0' }, { ...at(SECONDS - 1), clientUat: '0' })).toBe('suffixed');
    expect(choose({ clientUat: '0' }, at(SECONDS - 1), { publishableKey: LIVE })).toBe('suffixed');
  });

  it('the plain one counts where the other knows no sign-in time', () => {
    expect(choose(oldIn, { session: newIn.session })).toBe('plain');
    expect(choose({}, { session: newIn.session })).toBe('plain');
    expect(choose({}, newIn)).toBe('suffixed');
  });

  it('the claims of a token that was met before are not decoded again', () => {
    const recognize = (token: string): object | undefined => (token === 'met' ? old : undefined);
    const met = { session: 'met', clientUat: '5' };
    expect(choose(met, newIn, { recognize })).toBe('suffixed');
    expect(choose(met, newIn)).toBe('plain');
  });
});

describe('a machine’s token', () => {
  const jws = new JwsReader();

  it.each([
    ['ak_1', 'api_key'],
    ['mt_1', 'm2m_token'],
    ['oat_1', 'oauth_token'],
  ] as const)('%s is of the kind %s', (token, type) => {
    expect(opaqueTypeOf(token)).toBe(type);
    const machine = { kind: 'machine_token', type, format: 'opaque', token };
    expect(readMachineToken(token, jws)).toEqual(machine);
  });

  it.each(['xak_1', 'AK_1', 'ak1', 'sess_1', ''])('%j is none', (token) => {
    expect(opaqueTypeOf(token)).toBeUndefined();
    expect(readMachineToken(token, jws)).toBeUndefined();
  });

  it.each<[object, object, string | undefined]>([
    [{ sub: 'mch_1' }, {}, 'm2m_token'],
    [{ sub: 'mch_1' }, { typ: 'at+jwt' }, 'm2m_token'],
    [{ sub: 'user_1' }, { typ: 'at+jwt' }, 'oauth_token'],
    [{}, { typ: 'application/at+jwt' }, 'oauth_token'],
    [{ sub: 'user_1' }, { typ: 'AT+JWT' }, undefined],
    [{ sub: 'user_1' }, { typ: 'JWT' }, undefined],
    [{ sub: 'user_mch_1' }, {}, undefined],
    [{ sub: 7 }, {}, undefined],
    [{}, {}, undefined],
  ])('of the claims %j under %j is of the kind %s', (claims, header, type) => {
    const token = tokenOf(claims, header);
    const machine = { kind: 'machine_token', type, format: 'jwt', token };
    expect(readMachineToken(token, jws)).toEqual(type === undefined ? undefined : machine);
  });

  it('is none where nothing can be decoded, or three parts are missing', () => {
    expect(readMachineToken('a.b.c', jws)).toBeUndefined();
    expect(readMachineToken(`${tokenOf({ sub: 'mch_1' })}=`, jws)).toBeUndefined();
    const [header = '', payload = ''] = tokenOf({ sub: 'mch_1' }).split('.');
    expect(readMachineToken(`${header}.${payload}`, jws)).toBeUndefined();
  });
});

describe('the shape of a session token', () => {
  it.each(['a.b.c', 'aZ9_-.aZ9_-.aZ9_-'])('%s has it', (token) => {
    expect(isSessionTokenShaped(token)).toBe(true);
  });

  it.each([
    '',
    'a.b',
    'a.b.',
    '.b.c',
    'a..c',
    'a.b.c.d',
    'a.b.c=',
    ' a.b.c',
    'a+.b.c',
    'a.b+.c',
    'aXbXc',
  ])('%j has not', (token) => {
    expect(isSessionTokenShaped(token)).toBe(false);
  });

  it('ends where no header could be longer', () => {
    const token = `a.b.${'c'.repeat(LONGEST_CREDENTIAL - 4)}`;
    expect(isSessionTokenShaped(token)).toBe(true);
    expect(isSessionTokenShaped(`${token}c`)).toBe(false);
  });
});

describe('what the caller handed us', () => {
  const session = tokenOf({ sub: 'user_ada' });
  const m2m = tokenOf({ sub: 'mch_1' });
  const long = 'a'.repeat(LONGEST_CREDENTIAL + 1);
  const reading: CredentialReading = {
    publishableKey: undefined,
    issuers: [],
    cookieNames: cookieNames(undefined),
    trustedOrigins: [],
    socketOrigins: [],
    unverified: new JwsReader(),
    now: () => NOW,
    recognize: (token) => (token === 'met' ? {} : undefined),
  };

  function read(request: Partial<IncomingRequest>, accepted = SESSIONS_ONLY): unknown {
    const nothing = {
      carrier: {},
      lasting: false,
      socket: undefined,
      authorization: [],
      cookie: undefined,
      askedSessionIds: [],
      sender: undefined,
    };
    return readCredential({ ...nothing, ...request }, reading, accepted);
  }

  function inHeader(
    token: string,
    accepted = SESSIONS_ONLY,
    askedSessionIds: string[] = [],
  ): unknown {
    return read({ authorization: [`Bearer ${token}`], askedSessionIds }, accepted);
  }

  const malformed = (code: string): object => ({ kind: 'malformed', code });
  const none = { kind: 'none' };
  const fromHeader = {
    kind: 'session_token',
    token: session,
    clientUat: undefined,
    fromCookie: false,
    askedSessionId: undefined,
  };

  it('sessions only is what holds where nothing is said', () => {
    expect(SESSIONS_ONLY).toEqual(['session_token']);
    expect(TOKEN_TYPES).toEqual(['session_token', 'api_key', 'm2m_token', 'oauth_token']);
  });

  it('may be a session token in the header', () => {
    expect(inHeader(session)).toEqual(fromHeader);
    expect(inHeader(session, TOKEN_TYPES)).toEqual(fromHeader);
    expect(inHeader('met')).toEqual({ ...fromHeader, token: 'met' });
    const asked = { ...fromHeader, askedSessionId: 'sess_1' };
    expect(inHeader(session, SESSIONS_ONLY, ['sess_1'])).toEqual(asked);
  });

  it.each<[string, string, string]>([
    ['a client token, which has no browser to vouch for it', 'opaque', 'token_malformed'],
    ['what breaks the grammar', 'a b', 'authorization_malformed'],
    ['nothing', '', 'authorization_malformed'],
    ['a machine’s token', 'ak_1', 'token_type_unsupported'],
    ['what begins like a machine’s and breaks the grammar', 'ak_ 1', 'authorization_malformed'],
  ])('is refused in the header if it is %s', (_name, token, code) => {
    expect(inHeader(token)).toEqual(malformed(code));
  });

  it('is refused with an asked id that is none', () => {
    expect(inHeader(session, SESSIONS_ONLY, [''])).toEqual(malformed('session_id_malformed'));
    const cookie = `__session=${session}`;
    expect(read({ cookie, askedSessionIds: [''] })).toEqual(malformed('session_id_malformed'));
  });

  it('is one or the other: a header shuts out cookies, good or bad', () => {
    const cookie = `__session=${session}`;
    expect(read({ authorization: ['Bearer'], cookie })).toEqual(
      malformed('authorization_malformed'),
    );
    expect(read({ authorization: ['Bearer x'], cookie })).toEqual(malformed('token_malformed'));
    expect(read({ authorization: ['Basic x'], cookie })).toMatchObject({ fromCookie: true });
  });

  it('may be a machine’s token where its kind is accepted', () => {
    const key = { kind: 'machine_token', type: 'api_key', format: 'opaque', token: 'ak_1' };
    expect(inHeader('ak_1', ['api_key'])).toEqual(key);
    expect(inHeader('ak_1', ['oauth_token'])).toEqual(malformed('token_type_unsupported'));
    expect(inHeader(session, ['api_key'])).toEqual(malformed('token_type_unsupported'));
    expect(inHeader(m2m, ['m2m_token'])).toMatchObject({ type: 'm2m_token', format: 'jwt' });
    expect(inHeader(m2m, ['session_token', 'api_key'])).toEqual(
      malformed('token_type_unsupported'),
    );
    expect(inHeader('ak_ 1', ['api_key'])).toEqual(malformed('authorization_malformed'));
    expect(inHeader('ak_1', ['api_key'], ['sess_1'])).toEqual(malformed('session_mismatch'));
  });

  it('is refused unread if it is far too long', () => {
    expect(inHeader(`ak_${long}`, TOKEN_TYPES)).toEqual(malformed('token_malformed'));
    const longest = `ak_${long.slice(4)}`;
    expect(inHeader(longest, TOKEN_TYPES)).toMatchObject({ type: 'api_key' });
    expect(read({ cookie: `__session=${long}` })).toEqual(malformed('token_malformed'));
    expect(read({ cookie: `__session=${long.slice(1)}` })).toMatchObject({ kind: 'client_token' });
  });

  it('may be a cookie’s, signed or not, with the sign-out time beside it', () => {
    const fromCookie = { ...fromHeader, fromCookie: true };
    expect(read({ cookie: `__session=${session}` })).toEqual(fromCookie);
    expect(read({ cookie: '__session=met' })).toEqual({ ...fromCookie, token: 'met' });
    const asked = { cookie: `__session=${session}; __client_uat=7`, askedSessionIds: ['sess_1'] };
    expect(read(asked)).toEqual({ ...fromCookie, clientUat: 7, askedSessionId: 'sess_1' });
    const opaque = { cookie: '__session=opaque; __client_uat=7', askedSessionIds: ['sess_1'] };
    expect(read(opaque, TOKEN_TYPES)).toEqual({
      kind: 'client_token',
      token: 'opaque',
      clientUat: 7,
      askedSessionId: 'sess_1',
    });
  });

  it('is no machine’s token where a browser sends it by itself', () => {
    const refused = malformed('token_type_unsupported');
    expect(read({ cookie: '__session=ak_1' })).toEqual(refused);
    expect(read({ cookie: '__session=ak_1' }, TOKEN_TYPES)).toEqual(refused);
  });

  it('is nothing without a token, or in a cookie where sessions are not accepted', () => {
    expect(read({})).toEqual(none);
    expect(read({ cookie: '__client_uat=1' })).toEqual(none);
    expect(read({ cookie: `__session=${session}` }, ['api_key'])).toEqual(none);
    expect(
      readCredential(
        {
          carrier: {},
          lasting: false,
          socket: undefined,
          authorization: [],
          cookie: undefined,
          askedSessionIds: [],
          sender: undefined,
        },
        reading,
      ),
    ).toEqual(none);
  });
});
