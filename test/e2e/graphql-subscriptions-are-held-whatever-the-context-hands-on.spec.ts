import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { DRIVERS, startGraphql } from '../support/graphql-app.js';
import { bus, resolved } from '../support/graphql-resolvers.js';
import { addressOf, SocketClient } from '../support/graphql-socket.js';
import { HandClock } from '../support/hand-clock.js';
import { until } from '../support/until.js';

const [APOLLO] = DRIVERS;

/** As much of the context of graphql-ws as applications hand on. */
interface SocketContext {
  readonly connectionParams?: Readonly<Record<string, unknown>>;
  readonly extra: { readonly request: object };
}

type HandOn = (connection: SocketContext) => object;

/** What applications write into the option `context`, which is asked over HTTP as well. */
describe('a context of the application for operations over a socket', () => {
  let clock: HandClock;
  let clerk: LocalClerk;
  let app: INestApplication | undefined;
  let client: SocketClient | undefined;
  let ada: SignedIn;

  beforeAll(async () => {
    clock = new HandClock();
    clerk = await LocalClerk.start({ now: clock.now });
  });

  beforeEach(() => {
    ada = clerk.signIn('ada');
    resolved.length = 0;
  });

  afterEach(async () => {
    await client?.dispose();
    await app?.close();
  });

  afterAll(async () => {
    await clerk.stop();
  });

  async function dial(handOn: HandOn): Promise<SocketClient> {
    if (APOLLO === undefined) throw new Error('There is no driver');
    const { now, timer } = clock;
    const context = (first: unknown): object =>
      isSocketContext(first) ? handOn(first) : { req: first };
    app = await startGraphql(APOLLO, {
      clerk,
      options: { clockSkew: 0 },
      graphql: { context },
      now,
      timer,
    });
    client = new SocketClient(await addressOf(app), {
      headers: { cookie: ada.cookie },
      params: () => ({ authorization: `Bearer ${ada.sessionToken}` }),
    });
    return client;
  }

  it.each<[string, HandOn, number]>([
    ['the connection', (req) => ({ req }), 4403],
    ['the connection itself', (connection) => ({ ...connection }), 4403],
    ['the request that opened it', ({ extra }) => ({ req: extra.request }), 1006],
  ])('is held by %s, and ends with the token', async (_, handOn, code) => {
    const opened = await dial(handOn);
    opened.run('subscription { ticks }');
    await until(() => bus.listenerCount('tick') === 1);
    expect(resolved).toEqual([`ticks ${ada.userId}`]);
    clock.forward(60_000);
    await until(() => opened.closed.length === 1 && bus.listenerCount('tick') === 0);
    expect(opened.closed[0]?.code).toBe(code);
  });

  it('lets nobody subscribe when it shows nothing that could be ended', async () => {
    const headersOnly: HandOn = ({ connectionParams }) => ({
      req: { headers: connectionParams },
    });
    const opened = await dial(headersOnly);
    const { errors } = await opened.ask('subscription { ticks }');
    expect(errors?.[0]?.message).toMatch(/cannot be read from this execution context/);
    expect(resolved).toEqual([]);
    // A question ends by itself.
    expect((await opened.ask('{ me }')).events).toEqual([ada.userId]);
  });

  it('takes nobody for somebody else when it is one for all', async () => {
    const shared: Record<string, unknown> = {};
    const hers = await dial((req) => Object.assign(shared, { req }));
    expect((await hers.ask('{ me maybe }')).events).toEqual([ada.userId, ada.userId]);
    resolved.length = 0;
    if (app === undefined) throw new Error('Nothing was started');
    const bob = clerk.signIn('bob');
    const his = new SocketClient(await addressOf(app), {
      params: () => ({ authorization: bob.header }),
    });
    const { errors } = await his.ask('{ me }');
    await his.dispose();
    expect(errors?.[0]?.message).toMatch(/cannot be read from this execution context/);
    expect(resolved).toEqual([]);
  });
});

function isSocketContext(value: unknown): value is SocketContext {
  return typeof value === 'object' && value !== null && 'extra' in value;
}
