import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Sse, type INestApplication, type MessageEvent } from '@nestjs/common';
import { ClerkModule, RequireSession } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { AsyncResource } from 'node:async_hooks';
import { map, Subject, take, timer, type Observable } from 'rxjs';
import { overHttp1, type Feed, type FeedClient } from '../support/feed-client.js';
import { SessionTeller } from '../support/session-teller.js';
import { ADAPTERS, startApp } from '../support/start-app.js';
import { until } from '../support/until.js';

/** What the requests of others set off. */
const news = new Subject<void>();

@Controller()
class FeedController {
  constructor(private readonly teller: SessionTeller) {}

  /** Its own timer sets it off. */
  @Sse('own')
  @RequireSession()
  own(): Observable<MessageEvent> {
    return timer(1, 2).pipe(
      take(5),
      map(() => ({ data: this.teller.current() })),
    );
  }

  /** As docs/session-context.md has it, where others set it off. */
  @Sse('bound')
  @RequireSession()
  bound(): Observable<MessageEvent> {
    return news.pipe(map(AsyncResource.bind(() => ({ data: this.teller.current() }))));
  }

  @Get('tell')
  @RequireSession()
  tell(): void {
    news.next();
  }
}

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let client: FeedClient;
  let ada: SignedIn;
  let bob: SignedIn;
  const feeds: Feed[] = [];

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    app = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ ...clerk.options(), sessionContext: true })],
      controllers: [FeedController],
      providers: [SessionTeller],
    });
    client = overHttp1(await app.getUrl());
    [ada, bob] = [clerk.signIn('ada'), clerk.signIn('bob')];
  });

  afterEach(() => {
    for (const feed of feeds.splice(0)) feed.leave();
  });

  afterAll(async () => {
    client.close();
    await app.close();
    await clerk.stop();
  });

  const open = async (path: string, { header }: SignedIn): Promise<Feed> => {
    const feed = await client.open(path, { authorization: header });
    feeds.push(feed);
    return feed;
  };

  const dataOf = (feed: Feed): string[] =>
    [...feed.text().matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data);

  it('events of its own timer know whose stream it is', async () => {
    const streams = await Promise.all([open('/own', ada), open('/own', bob)]);
    await until(() => streams.every((feed) => dataOf(feed).length === 5));
    const told = streams.map((feed) => [...new Set(dataOf(feed))]);
    expect(told).toEqual([[ada.userId], [bob.userId]]);
  });

  it('what the requests of others set off is bound to whose stream it is', async () => {
    const streams = await Promise.all([open('/bound', ada), open('/bound', bob)]);
    const { header } = clerk.signIn('carol');
    await fetch(`${await app.getUrl()}/tell`, { headers: { authorization: header } });
    await until(() => streams.every((feed) => dataOf(feed).length === 1));
    expect(streams.map(dataOf)).toEqual([[ada.userId], [bob.userId]]);
  });
});
