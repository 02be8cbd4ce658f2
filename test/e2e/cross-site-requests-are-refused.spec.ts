import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { All, Controller, Logger, type INestApplication } from '@nestjs/common';
import {
  ClerkModule,
  CurrentSession,
  OptionalSession,
  Public,
  RequireSession,
  SessionService,
  type ClerkOptions,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { askRaw } from '../support/ask-raw.js';
import { expectRefused, expectUser, type Answer } from '../support/expect-answer.js';
import { expectDenied } from '../support/expect-denied.js';
import { handled } from '../support/probe-controller.js';
import { RecordedLog } from '../support/recorded-log.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

const FRONT_END = 'https://app.example.com';
const CODE = 'cross_site_request';

interface Seen {
  readonly user: string | null;
}

@Controller()
class ActingController {
  @All('act')
  @RequireSession()
  act(@CurrentSession('userId') user: string): Seen {
    handled.push('act');
    return { user };
  }

  @All('maybe')
  @OptionalSession()
  maybe(@CurrentSession('userId') user: string | null): Seen {
    handled.push('maybe');
    return { user };
  }

  @All('open')
  @Public()
  open(): Seen {
    handled.push('open');
    return { user: null };
  }
}

const SIBLING = ['Origin: https://evil.example.com', 'Sec-Fetch-Site: same-site'];
const STRANGER = ['Origin: https://evil.test', 'Sec-Fetch-Site: cross-site'];
const NOBODY = ['Origin: null', 'Sec-Fetch-Site: cross-site'];
const ORIGIN_ALONE = ['Origin: https://evil.test'];
const WITHOUT_ORIGIN = ['Sec-Fetch-Site: cross-site'];
const TWICE = ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: same-origin'];
const TWO_ORIGINS = [`Origin: ${FRONT_END}`, 'Origin: https://evil.test'];
const FORWARDED = [...ORIGIN_ALONE, 'X-Forwarded-Host: evil.test', 'Forwarded: host=evil.test'];
const OVERRIDDEN = [...STRANGER, 'X-HTTP-Method-Override: GET'];
const BASIC = [...STRANGER, 'Authorization: Basic YTpi'];
const FORGED = {
  SIBLING,
  STRANGER,
  NOBODY,
  ORIGIN_ALONE,
  WITHOUT_ORIGIN,
  TWICE,
  TWO_ORIGINS,
  FORWARDED,
  OVERRIDDEN,
  BASIC,
};

const SAME_ORIGIN = ['Origin: https://public.example.com', 'Sec-Fetch-Site: same-origin'];
const TYPED = ['Sec-Fetch-Site: none'];
const LISTED = [`Origin: ${FRONT_END}`, 'Sec-Fetch-Site: cross-site'];
const LISTED_ALONE = [`Origin: ${FRONT_END}`];
const OWN_HOST = ['Origin: http://127.0.0.1'];
const CURL: string[] = [];
const OWN = { SAME_ORIGIN, TYPED, LISTED, LISTED_ALONE, OWN_HOST, CURL };

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication;
  const log = new RecordedLog();
  const started: INestApplication[] = [];

  const start = async (options: ClerkOptions = {}): Promise<INestApplication> => {
    const said = { ...clerk.options(), jwtKey: clerk.jwtKey, errorBody: 'problem' } as const;
    const imports = [ClerkModule.forRoot({ ...said, ...options })];
    const one = await startApp(adapter, { imports, controllers: [ActingController] });
    started.push(one);
    log.listen();
    return one;
  };

  beforeAll(async () => {
    clerk = await LocalClerk.start({ origin: FRONT_END });
    ada = clerk.signIn('ada');
    app = await start({ authorizedParties: [FRONT_END] });
  });

  afterAll(async () => {
    Logger.overrideLogger(false);
    await Promise.all(started.map((one) => one.close()));
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
    clerk.forgetCalls();
  });

  const post = (lines: readonly string[], path = '/act', to = app): Promise<Answer> =>
    askRaw(to, path, [...lines, 'Content-Length: 0'], 'POST');

  const COOKIES = {
    'a session token': () => `Cookie: ${ada.cookie}`,
    'a suffixed one': () => `Cookie: ${ada.suffixedCookie}`,
    'a client token': () => `Cookie: ${ada.clientCookie}`,
  };

  describe.each(Object.keys(COOKIES) as (keyof typeof COOKIES)[])('with %s', (kind) => {
    it.each(Object.entries(FORGED))('a request of %s runs no handler', async (_, lines) => {
      expectDenied(await post([COOKIES[kind](), ...lines]), CODE);
      expectDenied(await post([COOKIES[kind](), ...lines], '/maybe'), CODE);
      // Nobody was asked what the cookie is worth.
      expect(clerk.calls).toEqual([]);
    });

    it.each(Object.entries(OWN))('a request of %s does', async (_, lines) => {
      expectUser(await post([COOKIES[kind](), ...lines]), ada.userId);
      expectUser(await post([COOKIES[kind](), ...lines], '/maybe'), ada.userId);
    });
  });

  it.each(['PUT', 'PATCH', 'DELETE'])('%s is judged as POST is', async (method) => {
    const cookie = COOKIES['a session token']();
    const ask = (lines: readonly string[]): Promise<Answer> =>
      askRaw(app, '/act', [cookie, ...lines, 'Content-Length: 0'], method);
    expectDenied(await ask(STRANGER), CODE);
    expectUser(await ask(LISTED), ada.userId);
  });

  it.each(['GET', 'OPTIONS'])('%s is not judged', async (method) => {
    const lines = [COOKIES['a session token'](), ...STRANGER];
    expectUser(await askRaw(app, '/act', lines, method), ada.userId);
  });

  it('a Bearer token is never asked where it comes from, whatever cookie lies beside it', async () => {
    const lines = [`Authorization: ${ada.header}`, ...STRANGER];
    expectUser(await post(lines), ada.userId);
    expectUser(await post([...lines, COOKIES['a session token']()]), ada.userId);
    expectUser(await post(lines, '/maybe'), ada.userId);
    const bad = [`Authorization: Bearer x`, COOKIES['a session token'](), ...STRANGER];
    expectRefused(await post(bad), 'token_malformed');
  });

  it('a cookie that does not hold is refused all the same, and one that is none is not asked', async () => {
    const bad = [`Cookie: __session=${clerk.mint({ session: ada, key: 'foreign' })}`];
    expectDenied(await post([...bad, ...STRANGER], '/maybe'), CODE);
    expectUser(await post([...bad, ...LISTED], '/maybe'), null);
    for (const none of ['Cookie: a=1', 'Cookie: __session=', 'X-Y: 1']) {
      expectUser(await post([none, ...STRANGER], '/maybe'), null);
      expectRefused(await post([none, ...STRANGER]), 'session_required');
    }
    expectUser(await post([COOKIES['a session token'](), ...STRANGER], '/open'), null);
  });

  it('SessionService knows nobody behind such a request', async () => {
    const service = app.get(SessionService);
    const userOf = async (more: object): Promise<string | undefined> =>
      (await service.authenticate({ method: 'POST', headers: { Cookie: ada.cookie, ...more } }))
        ?.userId;
    expect(await userOf({ Origin: 'https://evil.test' })).toBeUndefined();
    expect(await userOf({ Origin: FRONT_END, ORIGIN: 'https://evil.test' })).toBeUndefined();
    expect(await userOf({ 'Sec-Fetch-Site': 'cross-site' })).toBeUndefined();
    expect(await userOf({ Origin: FRONT_END })).toBe(ada.userId);
    expect(await userOf({})).toBe(ada.userId);
    // A handshake that says no method may be anything.
    const headers = { cookie: ada.cookie, origin: 'https://evil.test' };
    expect(await service.authenticate({ headers })).toBeNull();
    const get = await service.authenticate({ method: 'GET', headers });
    expect(get?.userId).toBe(ada.userId);
    const socket = { method: 'GET', headers: { ...headers, upgrade: 'websocket' } };
    expect(await service.authenticate(socket)).toBeNull();
  });

  it('without authorizedParties only its own host is no other site', async () => {
    const alone = await start({ authorizedParties: [] });
    const cookie = COOKIES['a session token']();
    expectDenied(await post([cookie, ...LISTED], '/act', alone), CODE);
    expectUser(await post([cookie, ...OWN_HOST], '/act', alone), ada.userId);
  });

  it("with crossSite: 'allow' every site may", async () => {
    const open = await start({ crossSite: 'allow' });
    expectUser(await post([COOKIES['a session token'](), ...STRANGER], '/act', open), ada.userId);
    expectUser(await post([COOKIES['a client token'](), ...NOBODY], '/maybe', open), ada.userId);
  });

  it('the log tells of it once, and what to do', async () => {
    const fresh = await start();
    log.forget();
    const origin = `https://evil.test/"${'x'.repeat(300)}`;
    for (const lines of [[`Origin: ${origin}`], SIBLING, STRANGER]) {
      expectDenied(await post([COOKIES['a session token'](), ...lines], '/act', fresh), CODE);
    }
    const [warning = '', ...more] = log.said('warn').filter((line) => line.includes(CODE));
    expect(more).toEqual([]);
    expect(warning).toContain('"https://evil.test/\\"xxx');
    expect(warning).toContain('add its origin to authorizedParties');
    expect(warning.length).toBeLessThan(500);
    expect(log.whole).not.toContain(ada.sessionToken);
  });
});
