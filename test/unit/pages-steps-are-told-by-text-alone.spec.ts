import { describe, expect, it } from '@jest/globals';
import { clerkScripts } from '../../src/doors/pages/clerk-scripts.js';
import { cookieHeaderAfter } from '../../src/doors/pages/cookie-header.js';
import { handshakeReason } from '../../src/doors/pages/handshake-reason.js';
import { handshakeUrl } from '../../src/doors/pages/handshake-url.js';
import { listedSatellite } from '../../src/doors/pages/listed-satellite.js';
import {
  clearLine,
  countLine,
  HANDSHAKE_COUNT,
  placeOf,
  readCount,
  SIGN_IN_COUNT,
} from '../../src/doors/pages/loop-counts.js';
import { isShownInBrowser, navigationKindOf } from '../../src/doors/pages/navigation-kind.js';
import { ownOriginOf } from '../../src/doors/pages/own-origin.js';
import { ownTargetOf, pathOf } from '../../src/doors/pages/own-target.js';
import { portalUrl } from '../../src/doors/pages/portal-url.js';
import { devBrowserIn } from '../../src/doors/pages/page-cookies.js';
import { PageNotices, type Blocked } from '../../src/doors/pages/page-notices.js';
import { parameterIn, withoutParameters, withParameter } from '../../src/doors/pages/query-text.js';
import { isKept, readSetCookieLine } from '../../src/doors/pages/set-cookie-line.js';
import { SharedAnswers } from '../../src/doors/pages/shared-answers.js';
import { asOwnPath, isSignInPage, signInUrl, tasksUrl } from '../../src/doors/pages/sign-in-url.js';
import { syncedIn, withoutSynced, withSynced } from '../../src/doors/pages/synced.js';
import { RecordedLog } from '../support/recorded-log.js';
import type { Authentication } from '../../src/session/authentication.js';

const NOW = 1_700_000_000_000;

describe('the target', () => {
  it.each(['/', '/a?b=//c', '/a//b', '/./x', '/%2F%2Fevil'])('%s is our own', (url) => {
    expect(ownTargetOf({ url })).toBe(url);
  });

  it.each([
    '',
    'a',
    '//evil.example',
    '/\\evil.example',
    'http://evil.example/',
    '/é',
    '/a b',
    '/a\tb',
    '/a\n',
  ])('%p is none of ours', (url) => {
    expect(ownTargetOf({ url })).toBeUndefined();
  });

  it('as it was sent outranks what routers made of it', () => {
    expect(ownTargetOf({ originalUrl: '/app/x', url: '/x' })).toBe('/app/x');
    expect(ownTargetOf({ originalUrl: undefined, url: '/x' })).toBe('/x');
    expect(ownTargetOf({ url: 7 })).toBeUndefined();
    expect(ownTargetOf({ url: ['/x'] })).toBeUndefined();
  });

  it('ends its path where the query begins', () => {
    expect(['/a?b', '/a#b?c', '?b', '/a'].map(pathOf)).toEqual(['/a', '/a', '', '/a']);
  });
});

describe('the origin', () => {
  it.each([
    ['http', 'localhost:3000', 'http://localhost:3000'],
    ['https', 'App.Example.com:443', 'https://app.example.com'],
    ['http', '[::1]:3000', 'http://[::1]:3000'],
    ['http', 'my_app.local', 'http://my_app.local'],
  ])('%s and %s are %s', (protocol, host, origin) => {
    expect(ownOriginOf({ protocol, host })).toBe(origin);
  });

  it.each([
    ['javascript', 'x'],
    ['xhttps', 'a'],
    ['https', 'a/b'],
    ['https', 'a@b'],
    ['https', 'a b'],
    ['https', 'a?b'],
    ['https', 'a#b'],
    ['https', ''],
    ['https', 'a:99999999'],
    ['https', 'a,b'],
    ['https', undefined],
    [undefined, 'a'],
    [['https'], 'a'],
    ['https', ['a']],
  ])('%s and %s are nobody', (protocol, host) => {
    expect(ownOriginOf({ protocol, host })).toBeUndefined();
  });
});

describe('the query', () => {
  const names = new Set(['x', 'y']);

  it.each([
    ['/a?x=1', '/a'],
    ['/a?x=1&b=%20+&y', '/a?b=%20+'],
    ['/a?b=1&xx=2', '/a?b=1&xx=2'],
    ['/a?', '/a?'],
    ['/a?&&', '/a?&&'],
    ['/a', '/a'],
    ['/a?b=x=1', '/a?b=x=1'],
    ['/a?x=1#f', '/a'],
    ['/a#f', '/a#f'],
    ['/a?b=1&x=1&c=2', '/a?b=1&c=2'],
  ])('%s without x and y is %s', (target, left) => {
    expect(withoutParameters(target, names)).toBe(left);
  });

  it.each([
    ['/a?x=1', '1'],
    ['/a?x=a%20b+c', 'a b c'],
    ['/a?x', ''],
    ['/a?x=1&x=2', undefined],
    ['/a?x=%E0%A4%A', undefined],
    ['/a?xx=1', undefined],
    ['/x=1', undefined],
    ['/x', undefined],
  ])('x in %s is %p', (target, value) => {
    expect(parameterIn(target, 'x')).toBe(value);
  });

  it('is added to before the fragment', () => {
    expect(withParameter('/a?b=1#f', 'x', 'a b&c')).toBe('/a?b=1&x=a%20b%26c#f');
    expect(withParameter('/a#f#g', 'x', '1')).toBe('/a?x=1#f#g');
    expect(withParameter('https://a.example', 'x', '1')).toBe('https://a.example?x=1');
  });

  it('says once whether it was synced', () => {
    expect(withSynced('/a?__clerk_synced=false&b=1', 'true')).toBe('/a?b=1&__clerk_synced=true');
    expect(withoutSynced('/a?__clerk_synced=false&__clerk_synced=true')).toBe('/a');
    expect(syncedIn('/a?__clerk_synced=false')).toBe('false');
    expect(syncedIn('/a?synced=false')).toBeUndefined();
  });
});

describe('the kind of a request', () => {
  const asking = (
    headers: Record<string, string>,
    method = 'GET',
    authorization: string[] = [],
  ) => ({
    authorization,
    sender: { method, opensConnection: false, header: (name: string) => headers[name] },
  });

  it.each([
    [{ 'sec-fetch-dest': 'document' }, 'document'],
    [{ 'sec-fetch-dest': 'iframe' }, 'frame'],
    [{ 'sec-fetch-dest': 'frame' }, 'none'],
    [{ 'sec-fetch-dest': '' }, 'none'],
    [{ 'sec-fetch-dest': 'document, document' }, 'none'],
    [{ accept: 'text/html' }, 'document'],
    [{ accept: 'text/html,*/*;q=0.8' }, 'document'],
    [{ accept: '*/*, text/html' }, 'none'],
    [{ 'sec-fetch-dest': 'document', purpose: 'navigate' }, 'document'],
    [{ accept: 'text/htm' }, 'none'],
    [{ accept: 'text/html', 'x-requested-with': '' }, 'none'],
    [{ 'sec-fetch-dest': 'document', 'sec-purpose': 'PREFETCH' }, 'none'],
    [{}, 'none'],
  ] as const)('%p is %s', (headers, kind) => {
    expect(navigationKindOf(asking(headers))).toBe(kind);
  });

  it('is none for forms, HEAD, Bearer and what has no sender, but the answer to a form is shown', () => {
    const page = { 'sec-fetch-dest': 'document' };
    for (const method of ['POST', 'HEAD', 'get']) {
      expect(navigationKindOf(asking(page, method))).toBe('none');
    }
    for (const authorization of [['Bearer x'], ['bearer'], ['Basic a', 'Bearer b']]) {
      expect(navigationKindOf(asking(page, 'GET', authorization))).toBe('none');
    }
    expect(navigationKindOf({ authorization: [], sender: undefined })).toBe('none');
    expect(isShownInBrowser(asking(page, 'POST'))).toBe(true);
    expect(isShownInBrowser(asking({}, 'POST'))).toBe(false);
    expect(isShownInBrowser({ authorization: [], sender: undefined })).toBe(false);
  });
});

describe('why Clerk is asked', () => {
  const rejected = (code: string) => ({ kind: 'rejected', code }) as Authentication;
  const hints = { session: 'a.b.c', clientUat: 100, issuedAt: 200 };

  it.each([
    [rejected('token_expired'), hints, 'session-token-expired'],
    [rejected('token_not_yet_valid'), hints, 'session-token-nbf'],
    [rejected('token_issued_in_future'), hints, 'session-token-iat-in-the-future'],
    [rejected('session_not_active'), hints, 'session-token-iat-before-client-uat'],
    [
      rejected('client_uat_missing'),
      { ...hints, clientUat: undefined },
      'session-token-but-no-client-uat',
    ],
    [
      rejected('client_signed_out'),
      { ...hints, issuedAt: undefined },
      'session-token-iat-before-client-uat',
    ],
    [rejected('token_signature_invalid'), hints, undefined],
    [rejected('token_signature_invalid'), { ...hints, clientUat: 200 }, undefined],
    [
      rejected('token_signature_invalid'),
      { ...hints, session: undefined, clientUat: 0 },
      undefined,
    ],
    [{ kind: 'cross_site' } as Authentication, { ...hints, clientUat: 0 }, undefined],
    [
      rejected('token_signature_invalid'),
      { ...hints, clientUat: 201 },
      'session-token-iat-before-client-uat',
    ],
    [
      rejected('token_signature_invalid'),
      { ...hints, clientUat: 0 },
      'session-token-but-no-client-uat',
    ],
    [rejected('session_mismatch'), { ...hints, clientUat: 0 }, undefined],
    [rejected('session_id_malformed'), { ...hints, clientUat: 300 }, undefined],
    [rejected('session_pending'), hints, undefined],
    [rejected('client_token_invalid'), { ...hints, issuedAt: undefined }, undefined],
    [
      { kind: 'anonymous' } as const,
      { ...hints, session: undefined },
      'client-uat-but-no-session-token',
    ],
    [{ kind: 'anonymous' } as const, { ...hints, session: undefined, clientUat: 0 }, undefined],
    [{ kind: 'anonymous' } as const, hints, undefined],
    [
      { kind: 'anonymous' } as const,
      { session: undefined, clientUat: undefined, issuedAt: undefined },
      undefined,
    ],
    [rejected('token_signature_invalid'), { ...hints, clientUat: undefined }, undefined],
    [rejected('token_signature_invalid'), { ...hints, issuedAt: undefined }, undefined],
  ])('%j beside %j: %s', (found, beside, reason) => {
    expect(handshakeReason(found, beside)).toBe(reason);
  });

  it('whoever comes from signing in is asked about whatever token they have', () => {
    for (const code of ['token_signature_invalid', 'session_pending', 'client_token_invalid']) {
      const reason = handshakeReason(rejected(code), hints, true);
      expect(reason).toBe('session-token-iat-before-client-uat');
    }
    expect(handshakeReason(rejected('session_mismatch'), hints, true)).toBeUndefined();
    expect(handshakeReason({ kind: 'anonymous' }, hints, true)).toBeUndefined();
  });

  it('and how', () => {
    const url = handshakeUrl({
      frontendApi: 'https://clerk.example.com',
      redirectUrl: 'https://app.example.com/a?b=%20#',
      usesSuffixed: true,
      reason: 'session-token-expired',
      session: 'a.b.c',
      devBrowser: undefined,
      organization: 'acme',
    });
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      redirect_url: 'https://app.example.com/a?b=%20#',
      __clerk_api_version: '2026-05-12',
      suffixed_cookies: 'true',
      __clerk_hs_reason: 'session-token-expired',
      format: 'nonce',
      __session: 'a.b.c',
      organization_id: 'acme',
    });
  });

  it('with what knows a browser in development, and nothing that is not known', () => {
    const url = handshakeUrl({
      frontendApi: 'https://clerk.example.com',
      redirectUrl: 'https://app.example.com/',
      usesSuffixed: false,
      reason: 'dev-browser-sync',
      session: undefined,
      devBrowser: 'dvb_1',
      organization: undefined,
    });
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      redirect_url: 'https://app.example.com/',
      __clerk_api_version: '2026-05-12',
      suffixed_cookies: 'false',
      __clerk_hs_reason: 'dev-browser-sync',
      format: 'nonce',
      __clerk_db_jwt: 'dvb_1',
    });
  });
});

describe('a line of Set-Cookie', () => {
  it.each([
    ['a=b', 'b', true],
    ['a=b; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'b', true],
    ['a=; Max-Age=0', '', false],
    ['a=b; max-age=-1', 'b', false],
    ['a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'b', false],
    ['a=b;expires = Thu, 01-Jan-1970 00:00:00 GMT', 'b', false],
    ['a=b; Expires=Thu,01-Jan-1970 00:00:00 GMT; Path=/', 'b', false],
    ['a=b; Expires=soon', 'b', true],
    ['a=b=c; Path=/', 'b=c', true],
    ['a= b ; Path=/', 'b', true],
    ['a=b;max-age=0', 'b', false],
    ['a=b; Max-Age =0', 'b', false],
    ['a=b; Max-Age=0 ; Path=/', 'b', false],
    ['a=b; Max-Age=0x', 'b', true],
  ])('%s', (text, value, kept) => {
    const line = readSetCookieLine(text, NOW);
    expect(line).toMatchObject({ name: 'a', value, text });
    expect(line && isKept(line, NOW)).toBe(kept);
  });

  it('ends at the moment that it names, and at once with none of its seconds left', () => {
    const [minute, over] = ['long_name=1; Max-Age=60', 'long_name=; Max-Age=0'].map((text) =>
      readSetCookieLine(text, NOW),
    );
    expect(minute).toMatchObject({ name: 'long_name', endsAt: NOW + 60_000 });
    expect(minute && isKept(minute, NOW + 59_999)).toBe(true);
    expect(minute && isKept(minute, NOW + 60_000)).toBe(false);
    expect(over?.endsAt).toBe(Number.NEGATIVE_INFINITY);
  });

  it.each([
    '',
    'a',
    '=b',
    'a b=c',
    'a=é',
    'a=b\r\nX: y',
    'a=\u0000',
    'a=\u007f',
    `a=${'b'.repeat(17_000)}`,
  ])('%p is none', (text) => {
    expect(readSetCookieLine(text, NOW)).toBeUndefined();
  });

  it('changes the Cookie header as a browser would', () => {
    const lines = ['a=new', 'b=; Max-Age=0', 'c=d=e', '__clerk_handshake=x'].flatMap(
      (text) => readSetCookieLine(text, NOW) ?? [],
    );
    const header = ' a=old;b=1; z=9;;  a = older; __clerk_handshake_nonce=n; __clerk_handshake=t';
    expect(cookieHeaderAfter(header, lines, NOW)).toBe('z=9; a=new; c=d=e');
    expect(cookieHeaderAfter('', [], NOW)).toBe('');
    // What bears no equals sign is all name.
    expect(cookieHeaderAfter('ab; a; z=9', lines, NOW)).toBe('ab; z=9; a=new; c=d=e');
  });
});

describe('counts of redirects', () => {
  it.each([
    ['3', 3],
    ['9999', 9999],
    ['', 0],
    ['-1', 0],
    ['3.5', 0],
    ['1e3', 0],
    ['99999', 0],
    [undefined, 0],
  ])('%p is %d', (text, count) => {
    expect(readCount(text)).toBe(count);
  });

  it.each([
    ['/a/b?c=/d', '/a/b'],
    ['/', '/'],
    ['/a;b/c', '/'],
    ['/x/a;b/c', '/x/'],
    ['/a"b', '/'],
    ['/a/b c/d;e/', '/a/'],
  ])('belong for %s to %s', (target, path) => {
    const place = placeOf(target, 'https://app.example.com');
    expect(place).toEqual({ path, isSecure: true });
    expect(countLine('n', 2, place)).toBe(
      `n=2; Path=${path}; HttpOnly; SameSite=Lax; Max-Age=10; Secure`,
    );
  });

  it('have the name that Clerk knows, and one of ours', () => {
    expect(HANDSHAKE_COUNT).toBe('__clerk_redirect_count');
    expect(SIGN_IN_COUNT).toBe('__clerk_sign_in_count');
    expect(placeOf('/a', undefined)).toEqual({ path: '/a', isSecure: false });
  });

  it('are taken back in the same place', () => {
    const place = placeOf('/a', 'http://localhost:3000');
    expect(clearLine('n', place)).toBe('n=; Path=/a; HttpOnly; SameSite=Lax; Max-Age=0');
  });
});

describe('the sign-in page', () => {
  const returnTo = 'https://app.example.com/a?b=1';
  const way = encodeURIComponent(returnTo);

  it('of the application, with the way back before and behind the hash', () => {
    const told = signInUrl({ url: '/sign-in?x=1', returnTo, devBrowser: 'dvb_1' });
    expect(told).toBe(`/sign-in?x=1&redirect_url=${way}#/?redirect_url=${way}`);
  });

  it('elsewhere, with what knows the browser in development', () => {
    const url = 'https://accounts.example.com/sign-in';
    expect(signInUrl({ url, returnTo, devBrowser: undefined })).toBe(`${url}?redirect_url=${way}`);
    expect(signInUrl({ url, returnTo, devBrowser: 'dvb_1' })).toBe(
      `${url}?redirect_url=${way}&__clerk_db_jwt=dvb_1`,
    );
  });

  it('has a page for what is left to do', () => {
    expect(tasksUrl('/sign-in/')).toBe('/sign-in/tasks');
    expect(tasksUrl('/sign-in//')).toBe('/sign-in/tasks');
    expect(tasksUrl('https://a.example/sign-in?x=1')).toBe('https://a.example/sign-in/tasks?x=1');
  });

  it('is known as the application takes its path', () => {
    for (const target of [
      '/sign-in',
      '/Sign-In/',
      '/sign-in//',
      '/sign-in/tasks?x',
      '/sign-in?redirect_url=/x',
    ]) {
      expect(isSignInPage(target, '/sign-in/')).toBe(true);
    }
    for (const target of ['/', '/sign-inn', '/x/sign-in']) {
      expect(isSignInPage(target, '/sign-in')).toBe(false);
    }
    expect(isSignInPage('/sign-in', '/sign-in//')).toBe(true);
    expect(isSignInPage('/sign-in', 'https://a.example/sign-in')).toBe(false);
    // Whoever signs people in at `/` has other pages all the same.
    expect(isSignInPage('/?x', '/')).toBe(true);
    expect(isSignInPage('/invoices', '/')).toBe(false);
    expect(asOwnPath('https://a.example/sign-in', 'https://a.example')).toBe('/sign-in');
    expect(asOwnPath('https://a.example.evil/sign-in', 'https://a.example')).toBe(
      'https://a.example.evil/sign-in',
    );
  });

  it.each([
    ['clerk.example.com', 'https://accounts.example.com/sign-in'],
    ['quiet-otter-42.clerk.accounts.dev', 'https://quiet-otter-42.accounts.dev/sign-in'],
  ])('without one is the portal beside %s', (frontendApi, url) => {
    const key = { kind: 'live', text: '', cookieSuffix: '', frontendApi } as const;
    expect(portalUrl(key, '/sign-in')).toBe(url);
  });
});

it('a satellite is one of those that are listed, to the letter', () => {
  const listed = ['https://shop.example'];
  expect(listedSatellite('https://SHOP.example:443/a', listed)).toBe('https://shop.example/a');
  for (const text of [
    undefined,
    '',
    'shop.example',
    'http://shop.example',
    'https://u@shop.example',
    'https://:p@shop.example',
    'https://shop.example.evil',
    'https://x.shop.example',
  ]) {
    expect(listedSatellite(text, listed)).toBeUndefined();
  }
});

it('what knows a browser is words, dots and dashes of some length', () => {
  const longest = 'a'.repeat(4096);
  expect(['dvb_1', 'a.b-c', longest].map(devBrowserIn)).toEqual(['dvb_1', 'a.b-c', longest]);
  for (const text of [undefined, '', ' dvb_1', 'dvb_1 ', 'a|b', 'é', `${longest}a`]) {
    expect(devBrowserIn(text)).toBeUndefined();
  }
});

describe("Clerk's scripts", () => {
  const settings = {
    publishableKey: 'pk_test_1',
    frontendApi: 'https://clerk.example.com',
    proxyUrl: undefined,
    domain: 'shop.example',
    isSatellite: false,
    satelliteAutoSync: true,
    signInUrl: '/in?a=1&b=</script>',
    signUpUrl: undefined,
    telemetry: true,
  };

  it('are two tags of its own and one that loads it', () => {
    expect(clerkScripts(settings, undefined)).toBe(
      '<script src="https://clerk.example.com/npm/@clerk/ui@1/dist/ui.browser.js" defer crossorigin="anonymous"></script>\n' +
        '<script src="https://clerk.example.com/npm/@clerk/clerk-js@6/dist/clerk.browser.js"' +
        ' data-clerk-publishable-key="pk_test_1" defer crossorigin="anonymous"></script>\n' +
        "<script>addEventListener('DOMContentLoaded',function(){if(!window.Clerk)return;" +
        'Clerk.load(Object.assign({"signInUrl":"/in?a=1&b=\\u003c/script>"},{ui:{ClerkUI:window.__internal_ClerkUICtor}}))' +
        ".then(function(){dispatchEvent(new Event('clerk:ready'))})})</script>",
    );
  });

  it('bear a nonce, and what a satellite or a proxy needs', () => {
    const scripts = clerkScripts(
      { ...settings, isSatellite: true, proxyUrl: 'https://a.example/?a&b', telemetry: false },
      'a"b<c&d',
    );
    expect(scripts.match(/<script nonce="a&quot;b&lt;c&amp;d"/g)).toHaveLength(3);
    expect(scripts).toContain(
      ' data-clerk-proxy-url="https://a.example/?a&amp;b" data-clerk-domain="shop.example" defer',
    );
    expect(scripts).toContain('"isSatellite":true,"satelliteAutoSync":true,"telemetry":false}');
  });

  it('are none without a key', () => {
    expect(clerkScripts({ ...settings, publishableKey: undefined }, undefined)).toBe('');
    expect(clerkScripts({ ...settings, frontendApi: undefined }, undefined)).toBe('');
  });
});

it('a notice is said again after a minute, each for itself', () => {
  let now = NOW;
  const log = new RecordedLog().listen();
  const notices = new PageNotices(() => now);
  const said = () => {
    notices.warn('no_cookies');
    return log.said('warn').length;
  };
  expect(said()).toBe(1);
  now += 59_999;
  expect(said()).toBe(1);
  now += 1;
  expect(said()).toBe(2);
  now -= 60_000;
  expect(said()).toBe(3);
  notices.warn('origin_unknown');
  expect(log.said('warn').at(-1)).toMatch(/ClerkPagesModule/);
  expect(log.said('warn')).toHaveLength(4);
});

it.each<[Blocked, RegExp]>([
  ['origin_unknown', /under which origin.*option origin of ClerkPagesModule.*proxy before it\.$/],
  ['origin_not_authorized', /not among authorizedParties.*trust proxy \(Express\).*trustProxy/],
  ['handshakes_in_a_row', /^Three handshakes.*one Clerk instance.*clock is right.*cookies off\.$/],
  ['sign_ins_in_a_row', /sign-in page three times.*signs in at the same Clerk instance\.$/],
  ['no_cookies', /without the cookie it was sent with.*It is not sent again\.$/],
  ['sign_in_page_guarded', /^The sign-in page itself .* mark its handler with @Public\(\)\.$/],
])('%s is said in words that lead on', (blocked, words) => {
  const log = new RecordedLog().listen();
  new PageNotices(() => NOW).warn(blocked);
  const [line = ''] = log.said('warn');
  expect(line.replace(/ ClerkPagesModule$/, '')).toMatch(words);
  expect(line).toMatch(/ ClerkPagesModule$/);
});

describe('answers that are shared', () => {
  it('for a moment, and never failures', async () => {
    let now = NOW;
    const shared = new SharedAnswers<number>(() => now);
    let asked = 0;
    const ask = () => Promise.resolve((asked += 1));
    expect(await Promise.all([shared.on('a', ask), shared.on('a', ask)])).toEqual([1, 1]);
    expect(await shared.on('b', ask)).toBe(2);
    now += 4999;
    expect(await shared.on('a', ask)).toBe(1);
    now += 1;
    expect(await shared.on('a', ask)).toBe(3);
    await expect(shared.on('c', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect(await shared.on('c', ask)).toBe(4);
  });

  it('by a bounded number', async () => {
    const shared = new SharedAnswers<number>(() => NOW);
    let asked = 0;
    const ask = () => Promise.resolve((asked += 1));
    for (let at = 0; at < 500; at += 1) await shared.on(String(at), ask);
    expect(await shared.on('499', ask)).toBe(500);
    expect(await shared.on('0', ask)).toBe(1);
    expect(await shared.on('500', ask)).toBe(501);
    expect(await shared.on('1', ask)).toBe(2);
    expect(await shared.on('0', ask)).toBe(502);
  });
});
