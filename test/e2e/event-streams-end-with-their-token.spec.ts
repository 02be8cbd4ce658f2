import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { EventSource } from 'eventsource';
import { AuthGuard, ClerkModule, Connections, SessionService } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { memberOfAcme } from '../support/caller-claims.js';
import { overHttp1, overHttp2, type Feed, type FeedClient } from '../support/feed-client.js';
import { FeedController, news } from '../support/feed-controller.js';
import { HandClock } from '../support/hand-clock.js';
import { handled } from '../support/probe-controller.js';
import { startApp, type AppParts } from '../support/start-app.js';
import { until } from '../support/until.js';

interface Server {
  readonly name: string;
  readonly start: (parts: AppParts) => Promise<INestApplication>;
  readonly dial: (url: string) => FeedClient;
  readonly isHttp2: boolean;
}

const SERVERS: readonly Server[] = [
  {
    name: 'Express',
    start: (parts) => startApp('express', parts),
    dial: overHttp1,
    isHttp2: false,
  },
  {
    name: 'Fastify',
    start: (parts) => startApp('fastify', parts),
    dial: overHttp1,
    isHttp2: false,
  },
  {
    name: 'Fastify over HTTP/2',
    start: (parts) =>
      startApp('fastify', { ...parts, fastify: () => new FastifyAdapter({ http2: true }) }),
    dial: overHttp2,
    isHttp2: true,
  },
];

const DAY = 86_400_000;

describe.each(SERVERS)('$name', ({ start, dial, isHttp2 }) => {
  let clock: HandClock;
  let clerk: LocalClerk;
  let app: INestApplication;
  let url: string;
  let client: FeedClient;
  let ada: SignedIn;

  beforeAll(async () => {
    clock = new HandClock();
    const { now, timer } = clock;
    clerk = await LocalClerk.start({ now });
    const options = { ...clerk.options(), clockSkew: 0, errorBody: 'problem' } as const;
    app = await start({
      imports: [ClerkModule.forRoot(options)],
      controllers: [FeedController],
      now,
      timer,
      prepare: (made) => made.useGlobalGuards(made.get(AuthGuard)),
    });
    url = await app.getUrl();
  });

  beforeEach(() => {
    handled.length = 0;
    ada = clerk.signIn('ada');
    client = dial(url);
  });

  afterEach(async () => {
    clerk.outage(false);
    client.close();
    await until(() => !news.observed);
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  const open = (token: string, path = '/feed'): Promise<Feed> =>
    client.open(path, { authorization: `Bearer ${token}` });

  /** A status of its own, before anything of a stream was sent, and no handler ran. */
  async function isRefused(feed: Feed, status: number, code: string): Promise<void> {
    await until(() => feed.ending() === 'whole');
    expect(feed.status).toBe(status);
    expect(JSON.parse(feed.text())).toMatchObject({ status, code });
    expect(feed.headers['content-type']).not.toMatch(/event-stream/);
    expect(handled).toEqual([]);
  }

  it('answers 401 before it begins, to strangers and to tokens that ran out', async () => {
    await isRefused(await client.open('/feed'), 401, 'session_required');
    const expired = clerk.mint({ session: ada, expiresIn: -1 });
    await isRefused(await open(expired), 401, 'token_expired');
    expect(news.observed).toBe(false);
  });

  it('answers 403 and 503 before it begins', async () => {
    const member = clerk.mint({ session: ada, ...memberOfAcme('member') });
    await isRefused(await open(member, '/admin-feed'), 403, 'missing_role');
    clerk.outage('unavailable');
    await isRefused(await open(ada.sessionToken, '/sure-feed'), 503, 'authority_unavailable');
  });

  it('ends with its token, and with it its source', async () => {
    const feed = await open(ada.sessionToken);
    expect(feed.status).toBe(200);
    expect(feed.headers['content-type']).toMatch(/^text\/event-stream/);
    await until(() => news.observed);
    news.next('one');
    await until(() => feed.text().includes('data: one'));
    clock.forward(59_999);
    news.next('two');
    await until(() => feed.text().includes('data: two'));
    expect(feed.ending()).toBeUndefined();
    clock.forward(1);
    await until(() => feed.ending() !== undefined && feed.isGone());
    expect(feed.ending()).toBe('whole');
    await until(() => !news.observed);
    expect(handled).toEqual([`begun ${ada.userId}`, `ended ${ada.userId}`]);
  });

  it('sends nothing more after the end, and survives a source that goes on', async () => {
    const feed = await open(ada.sessionToken);
    await until(() => news.observed);
    clock.forward(60_000);
    for (let at = 0; at < 100; at += 1) news.next('too late');
    await until(() => feed.isGone() && !news.observed);
    expect(feed.text()).not.toContain('too late');
    const next = await open(clerk.mint({ session: ada }));
    expect(next.status).toBe(200);
  });

  it('ends for a client that reads nothing, and with it its source', async () => {
    const feed = await open(ada.sessionToken);
    await until(() => news.observed);
    feed.stopReading();
    for (let at = 0; at < 60; at += 1) news.next('x'.repeat(100_000));
    // What the source says goes out piece by piece.
    await new Promise(setImmediate);
    clock.forward(60_000);
    for (let at = 0; at < 100; at += 1) news.next('too late');
    await until(() => !news.observed);
    expect(handled).toEqual([`begun ${ada.userId}`, `ended ${ada.userId}`]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['revoked here', () => app.get(SessionService).revokeSession(ada.sessionId)],
    [
      'said to be over',
      () => {
        expect(app.get(Connections).end(ada.sessionId)).toBe(2);
        return Promise.resolve();
      },
    ],
  ])('ends at once when its session is %s, and other sessions go on', async (_, end) => {
    const bob = clerk.signIn('bob');
    const first = await open(ada.sessionToken);
    const second = await open(clerk.mint({ session: ada, expiresIn: 600 }));
    const his = await open(bob.sessionToken);
    await until(() => handled.length === 3);
    await end();
    await until(() => first.ending() !== undefined && second.ending() !== undefined);
    await until(() => handled.length === 5);
    news.next('one');
    await until(() => his.text().includes('data: one'));
    expect(his.ending()).toBeUndefined();
    handled.length = 0;
    await isRefused(await open(ada.sessionToken), 401, 'session_not_active');
  });

  it('ends alone: what else its client has open goes on', async () => {
    const short = await open(clerk.mint({ session: ada, expiresIn: 30 }));
    const long = await open(clerk.mint({ session: ada, expiresIn: 90 }));
    await until(() => handled.length === 2);
    clock.forward(30_000);
    await until(() => short.ending() === 'whole' && handled.length === 3);
    news.next('one');
    await until(() => long.text().includes('data: one'));
    expect(long.ending()).toBeUndefined();
    clock.forward(60_000);
    await until(() => long.ending() === 'whole');
  });

  it('is forgotten when its client leaves', async () => {
    const before = clock.waiting;
    const feed = await open(ada.sessionToken);
    await until(() => news.observed);
    expect(clock.waiting).toBe(before + 1);
    feed.leave();
    await until(() => !news.observed && clock.waiting === before);
    expect(app.get(Connections).end(ada.sessionId)).toBe(0);
  });

  it('goes on with a token to the year 9999, and never sleeps longer than a timer can', async () => {
    const expiresIn = (Date.UTC(9999, 11, 31) - clock.now()) / 1000;
    const feed = await open(clerk.mint({ session: ada, expiresIn }));
    await until(() => news.observed);
    clock.forward(60 * DAY);
    expect(clock.longest).toBeLessThan(2 ** 31);
    news.next('one');
    await until(() => feed.text().includes('data: one'));
    expect(feed.ending()).toBeUndefined();
    app.get(Connections).end(ada.sessionId);
    await until(() => feed.ending() === 'whole');
  });

  if (!isHttp2) {
    describe('a browser', () => {
      let source: EventSource | undefined;

      afterEach(() => {
        source?.close();
      });

      /** Sends the cookies that the browser has by then. */
      function browse(cookie: () => string): {
        readonly heard: string[];
        readonly source: EventSource;
      } {
        const heard: string[] = [];
        source = new EventSource(`${url}/feed`, {
          fetch: (address, init) =>
            fetch(address, { ...init, headers: { ...init.headers, cookie: cookie() } }),
        });
        source.addEventListener('message', ({ data }) => heard.push(String(data)));
        return { heard, source };
      }

      it('comes back by itself, with the cookie that is fresh by then', async () => {
        let { cookie } = ada;
        const { heard } = browse(() => cookie);
        await until(() => news.observed);
        news.next('one');
        await until(() => heard.length === 1);
        cookie = cookie.replace(ada.sessionToken, clerk.mint({ session: ada, expiresIn: 120 }));
        clock.forward(60_000);
        await until(() => handled.length === 3);
        const { userId } = ada;
        expect(handled).toEqual([`begun ${userId}`, `ended ${userId}`, `begun ${userId}`]);
        news.next('two');
        await until(() => heard.length === 2);
        expect(heard).toEqual(['one', 'two']);
      });

      it('stops at a 401, when its cookie is none any more', async () => {
        const { heard, source: asked } = browse(() => ada.cookie);
        const codes: unknown[] = [];
        asked.addEventListener('error', ({ code }) => codes.push(code));
        await until(() => news.observed);
        news.next('one');
        await until(() => heard.length === 1);
        clock.forward(60_000);
        await until(() => asked.readyState === EventSource.CLOSED);
        expect(codes.at(-1)).toBe(401);
        expect(handled).toHaveLength(2);
      });
    });
  }
});
