import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { cookieSuffixOf } from '../../src/config/publishable-key.js';
import { askRaw } from '../support/ask-raw.js';
import { expectRefused, expectUser, type Answer } from '../support/expect-answer.js';
import { handled } from '../support/probe-controller.js';
import { ADAPTERS } from '../support/start-app.js';
import { startProbe, type ProbeOptions } from '../support/start-probe.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const SECONDS = NOW / 1000;

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;
  let bob: SignedIn;
  const started: INestApplication[] = [];

  const start = async (options: ProbeOptions = {}): Promise<INestApplication> => {
    const probe = await startProbe(adapter, clerk, { now: () => NOW, ...options });
    started.push(probe);
    return probe;
  };

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => NOW });
    ada = clerk.signIn('ada');
    bob = clerk.signIn('bob');
    app = await start();
  });

  afterAll(async () => {
    await Promise.all(started.map((probe) => probe.close()));
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
    clerk.forgetCalls();
  });

  const suffixOf = ({ suffixedCookie }: SignedIn): string =>
    /^__session(_[\w-]{8})=/.exec(suffixedCookie)?.[1] ?? '';

  /** `<ada>` and `<bob>` stand for their session tokens, `<suffix>` for the ending of this instance's cookies. */
  const written = (text: string): string =>
    text
      .replaceAll('<ada>', ada.sessionToken)
      .replaceAll('<encoded>', ada.sessionToken.replaceAll('.', '%2E').replace('e', '%65'))
      .replaceAll('<bob>', bob.sessionToken)
      .replaceAll('<suffix>', suffixOf(ada));

  const ask = (cookies: readonly string[], to = app): Promise<Answer> =>
    askRaw(
      to,
      '/me',
      cookies.map((cookie) => `Cookie: ${written(cookie)}`),
    );

  describe('finds the session cookie', () => {
    it.each([
      ['alone', ['__session=<ada>']],
      ['among others', ['a=1; __session=<ada>; b=2']],
      ['without blanks', ['a=1;__session=<ada>;b=2']],
      ['with many blanks', ['  a = 1 ;   __session = <ada>  ; b']],
      ['among empty ones', [';;; =; a; __session=<ada>; ;']],
      ['beside names of every object', ['__proto__=x; constructor=y; __session=<ada>; toString=z']],
      ['beside broken percent sequences', ['x=%E0%A4%A; %=%; __session=<ada>; y=%zz']],
      ['written in percent sequences', ['__session=<encoded>']],
      ['as the first of two', ['__session=<ada>; __session=<bob>']],
      ['as the first of two, one a forgery', ['__session=<ada>; __session=garbage']],
      ['on a line of its own', ['a=1', '__session=<ada>', 'b=2']],
      ['as the first of two lines', ['__session=<ada>', '__session=<bob>']],
      ['under both names', ['__session<suffix>=<ada>; __client_uat<suffix>=1; __session=<ada>']],
      ['under the suffixed name', ['__session<suffix>=<ada>; __client_uat<suffix>=1']],
      ['beside that of another instance', ['__session_AAAAAAAA=<bob>; __session=<ada>']],
    ])('%s', async (_, cookies) => {
      expectUser(await ask(cookies), ada.userId);
    });
  });

  describe('finds none', () => {
    it.each([
      ['in an empty header', ['']],
      ['in an empty cookie', ['__session=']],
      ['in an empty cookie, although a second one follows', ['__session=; __session=<bob>']],
      ['in blanks', ['__session=   ; a=1']],
      ['in a name without value', ['__session; a=1']],
      ['in a value without name', ['=<ada>']],
      [
        'under another name',
        ['session=<ada>; __Session=<ada>; x__session=<ada>; __session2=<ada>'],
      ],
      ['behind an encoded semicolon', ['theme=dark%3B__session%3D<ada>']],
      ['behind an encoded semicolon and a blank', ['theme=dark%3B%20__session=<ada>']],
      ['behind an encoded equals sign', ['__session%3D<ada>']],
      ['behind an encoded equals sign, with another', ['__session%3D<ada>=x']],
      ['under an encoded name', ['%5F%5Fsession=<ada>']],
      ['behind a comma', ['theme=dark, __session=<ada>']],
      ['in another header line', ['a=1', 'theme=%3B__session=<ada>']],
      [
        'under the suffix of another instance',
        ['__session_AAAAAAAA=<ada>; __client_uat_AAAAAAAA=1'],
      ],
    ])('%s', async (_, cookies) => {
      expectRefused(await ask(cookies), 'session_required');
    });
  });

  it('takes a forged-looking value for what it is and no more', async () => {
    expectUser(await ask(['theme=x%3B__session=<ada>; __session=<bob>']), bob.userId);
    expectRefused(await ask(['__session=garbage.a.b; __session=<ada>']), 'token_malformed');
    expectRefused(await ask(['__session="<ada>"']), 'client_token_invalid');
  });

  it.each([
    '%',
    '%E0%A4%A',
    '%zz',
    '%00',
    'a%3Bb%3Dc',
    '%u0041',
    '"',
    'null',
    '{}',
    '\xff',
    '[object Object]',
  ])('takes %s for a client token that Clerk does not know', async (value) => {
    expectRefused(await ask([`__session=${value}`]), 'client_token_invalid');
    expect(clerk.calls.map(({ path }) => path)).toEqual(['/v1/clients/verify']);
  });

  describe('without a publishable key', () => {
    let unnamed: INestApplication;

    beforeAll(async () => {
      unnamed = await start({ publishableKey: undefined });
    });

    it('reads no suffixed cookies', async () => {
      const suffixed = '__session<suffix>=<ada>; __client_uat<suffix>=1';
      expectRefused(await ask([suffixed], unnamed), 'session_required');
      expectUser(await ask([suffixed]), ada.userId);
    });

    it('reads the plain ones all the same', async () => {
      const both = '__session<suffix>=<ada>; __client_uat<suffix>=1; __session=<bob>';
      expectUser(await ask([both], unnamed), bob.userId);
      expectUser(await ask([both]), ada.userId);
    });
  });

  describe('between the plain and the suffixed set chooses', () => {
    /** A set of cookies: Ada's are plain, Bob's suffixed. */
    interface Cookies {
      readonly ada?: object | string;
      readonly plainUat?: number;
      readonly bob?: object | string;
      readonly suffixedUat?: number;
    }

    const IN = SECONDS - 30;
    const OF_ANOTHER = { claims: { iss: 'https://clerk.another.test' } };
    const OPAQUE = 'client token';

    const tokenOf = (whose: SignedIn, spec: object | string): string => {
      if (spec === OPAQUE) return whose.clientToken;
      return typeof spec === 'string' ? spec : clerk.mint({ session: whose, ...spec });
    };

    const headerOf = (cookies: Cookies): string => {
      const entries = [
        ['__session', cookies.ada && tokenOf(ada, cookies.ada)],
        ['__client_uat', cookies.plainUat],
        ['__session<suffix>', cookies.bob && tokenOf(bob, cookies.bob)],
        ['__client_uat<suffix>', cookies.suffixedUat],
      ] as const;
      const present = entries.filter(([, value]) => value !== undefined);
      return present.map(([name, value]) => `${name}=${String(value)}`).join('; ');
    };

    const OLDER = { issuedAt: -20 };
    const NEWER = { issuedAt: -10 };
    const EXPIRED = { issuedAt: -20, expiresIn: 0 };

    const USERS = { ada: () => ada.userId, bob: () => bob.userId };

    it.each<[string, Cookies, keyof typeof USERS]>([
      // Rule 1. A cookie that is no token of Clerk's is never overruled.
      ['1: plain, an opaque one', { ada: OPAQUE, bob: NEWER, suffixedUat: IN }, 'ada'],
      // Rule 2. Another instance on the same domain wrote the plain cookies last.
      ['2: suffixed, plain is of another', { ada: OF_ANOTHER, bob: OLDER, suffixedUat: IN }, 'bob'],
      ['2: suffixed, plain bears no text', { ada: { claims: { iss: 7 } }, bob: OLDER }, 'bob'],
      [
        '2: suffixed, plain is of another and newer',
        { ada: { ...OF_ANOTHER, ...NEWER }, plainUat: IN, bob: OLDER, suffixedUat: IN },
        'bob',
      ],
      [
        '2: suffixed, plain host only begins alike',
        { ada: { claims: { iss: 'https://clerk.' } }, bob: OLDER, suffixedUat: IN },
        'bob',
      ],
      // Rule 3.
      ['3: plain, there is no suffixed one', { ada: NEWER, plainUat: IN }, 'ada'],
      ['3: plain, alone', { ada: NEWER }, 'ada'],
      // Rule 4.
      [
        '4: plain, newer, both signed in',
        { ada: NEWER, plainUat: IN, bob: OLDER, suffixedUat: IN },
        'ada',
      ],
      ['4: plain, newer, no plain uat', { ada: NEWER, bob: OLDER, suffixedUat: IN }, 'ada'],
      ['4: plain, newer, no suffixed uat', { ada: NEWER, plainUat: IN, bob: OLDER }, 'ada'],
      ['4: plain, newer than none', { ada: NEWER, plainUat: IN, suffixedUat: IN }, 'ada'],
      [
        '4: suffixed, newer than plain',
        { ada: OLDER, plainUat: IN, bob: NEWER, suffixedUat: IN },
        'bob',
      ],
      [
        '4: suffixed, of the same second',
        { ada: OLDER, plainUat: IN, bob: OLDER, suffixedUat: IN },
        'bob',
      ],
      // Rule 5.
      [
        '5: plain, suffixed signed out',
        { ada: OLDER, plainUat: IN, bob: NEWER, suffixedUat: 0 },
        'ada',
      ],
      [
        '5: plain, suffixed signed out, no plain uat',
        { ada: OLDER, bob: NEWER, suffixedUat: 0 },
        'ada',
      ],
      [
        '5: plain, suffixed signed out and empty',
        { ada: OLDER, plainUat: IN, suffixedUat: 0 },
        'ada',
      ],
      // Rule 6 not applying: the suffixed token is still good.
      [
        '6: suffixed, plain signed out',
        { ada: NEWER, plainUat: 0, bob: { issuedAt: -20, expiresIn: 1 }, suffixedUat: IN },
        'bob',
      ],
      // Rule 7.
      ['7: plain, no suffixed uat', { ada: OLDER, plainUat: IN, bob: NEWER }, 'ada'],
      ['7: plain, no uat at all', { ada: OLDER, bob: NEWER }, 'ada'],
      // Rule 8.
      ['8: suffixed, alone', { bob: NEWER, suffixedUat: IN }, 'bob'],
      ['8: suffixed, beside a plain uat', { plainUat: IN, bob: NEWER, suffixedUat: IN }, 'bob'],
      ['8: suffixed, no plain uat', { ada: OLDER, bob: NEWER, suffixedUat: IN }, 'bob'],
    ])('%s', async (_, cookies, whose) => {
      expectUser(await ask([headerOf(cookies)]), USERS[whose]());
    });

    it.each<[string, Cookies, Parameters<typeof expectRefused>[1]]>([
      [
        '1: plain, no issuer',
        { ada: { claims: { iss: undefined } }, bob: NEWER, suffixedUat: IN },
        'token_issuer_mismatch',
      ],
      [
        '1: plain, an empty issuer',
        { ada: { claims: { iss: '' } }, bob: NEWER, suffixedUat: IN },
        'token_issuer_mismatch',
      ],
      [
        '1: plain, undecodable',
        { ada: 'aaaa.bbbb.cccc', bob: NEWER, suffixedUat: IN },
        'token_malformed',
      ],
      ['2: suffixed, and it is empty', { ada: OF_ANOTHER, plainUat: IN }, 'session_required'],
      [
        '2: suffixed, and it signed out',
        { ada: OF_ANOTHER, bob: NEWER, suffixedUat: 0 },
        'client_signed_out',
      ],
      [
        '6: plain, suffixed over',
        { ada: OLDER, plainUat: 0, bob: EXPIRED, suffixedUat: IN },
        'client_signed_out',
      ],
      ['7: plain, and it is empty', { bob: NEWER }, 'session_required'],
      [
        '8: suffixed, both signed out',
        { plainUat: 0, bob: NEWER, suffixedUat: 0 },
        'client_signed_out',
      ],
      [
        '8: suffixed, and it is empty',
        { ada: NEWER, plainUat: 0, suffixedUat: IN },
        'session_required',
      ],
    ])('%s', async (_, cookies, code) => {
      expectRefused(await ask([headerOf(cookies)]), code);
    });

    it('6: suffixed on a live instance, even when it is over', async () => {
      const host = new URL(clerk.issuer).host;
      const publishableKey = `pk_live_${Buffer.from(`${host}$`).toString('base64')}`;
      const live = await start({ publishableKey, secretKey: undefined });
      const suffix = `_${cookieSuffixOf(publishableKey)}`;
      const cookie = headerOf({ ada: OLDER, plainUat: 0, bob: EXPIRED, suffixedUat: IN });
      // Over, but within the clock skew.
      expectUser(await ask([cookie.replaceAll('<suffix>', suffix)], live), bob.userId);
    });
  });
});
