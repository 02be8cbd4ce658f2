import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import type { LocalClerk, SignedIn } from 'nestjs-clerk-auth/testing';
import { memberOfAcme } from '../support/caller-claims.js';
import { countSignatureChecks, signatureChecks } from '../support/counted-crypto.js';
import type { Operation, SocketClient, SocketOptions } from '../support/graphql-socket.js';
import { HandClock } from '../support/hand-clock.js';
import { until } from '../support/until.js';

countSignatureChecks();
const { Connections, SessionService } = await import('nestjs-clerk-auth');
const testing = await import('nestjs-clerk-auth/testing');
const { bus, resolved } = await import('../support/graphql-resolvers.js');
const { DRIVERS, startGraphql } = await import('../support/graphql-app.js');
const sockets = await import('../support/graphql-socket.js');

const TICKS = 'subscription { ticks }';

/** The operation was refused, in the words of GraphQL. */
function expectRefused({ errors }: Operation, status: number, reason: string): void {
  const code = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN', 503: 'SERVICE_UNAVAILABLE' }[status];
  expect(errors?.map(({ extensions }) => extensions)).toEqual([
    expect.objectContaining({ status, reason, code }),
  ]);
}

describe.each(DRIVERS)('$name', (driver) => {
  const isApollo = driver.name.startsWith('Apollo');
  let clock: HandClock;
  let clerk: LocalClerk;
  let app: INestApplication;
  let url: string;
  let ada: SignedIn;
  const clients: SocketClient[] = [];

  beforeAll(async () => {
    clock = new HandClock();
    const { now, timer } = clock;
    clerk = await testing.LocalClerk.start({ now });
    const options = { clockSkew: 0, allowedOrigins: ['https://app.example.com'] };
    app = await startGraphql(driver, { clerk, options, now, timer });
    url = await sockets.addressOf(app);
  });

  beforeEach(() => {
    ada = clerk.signIn('ada');
    resolved.length = 0;
    signatureChecks.count = 0;
  });

  afterEach(async () => {
    clerk.outage(false);
    await Promise.all(clients.splice(0).map((client) => client.dispose()));
    await until(() => bus.listenerCount('tick') === 0);
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  function dial(options: SocketOptions): SocketClient {
    const client = new sockets.SocketClient(url, options);
    clients.push(client);
    return client;
  }

  const bearing = (token: string): SocketOptions => ({
    params: () => ({ authorization: `Bearer ${token}` }),
  });

  /** Waits until as many operations listen. */
  const listening = (count: number): Promise<void> =>
    until(() => bus.listenerCount('tick') === count);

  it('gives events to whoever proves a session in connectionParams', async () => {
    const ticks = dial(bearing(ada.sessionToken)).run(TICKS);
    await listening(1);
    bus.emit('tick', 'one');
    await until(() => ticks.events.length === 1);
    expect(ticks.events).toEqual(['one']);
    expect(resolved).toEqual([`ticks ${ada.userId}`]);
  });

  it('refuses strangers, and lets them be nobody where they may', async () => {
    const client = dial({});
    expectRefused(await client.ask(TICKS), 401, 'session_required');
    expect(resolved).toEqual([]);
    const open = client.run('subscription { openTicks }');
    await listening(1);
    bus.emit('tick', 'one');
    await until(() => open.events.length === 1);
    expect(resolved).toEqual(['openTicks null']);
  });

  it('refuses a token that ran out, one of nobody, and one that does not meet the demand', async () => {
    const expired = clerk.mint({ session: ada, expiresIn: -60 });
    expectRefused(await dial(bearing(expired)).ask(TICKS), 401, 'token_expired');
    const foreign = clerk.mint({ session: ada, key: 'foreign' });
    expectRefused(await dial(bearing(foreign)).ask(TICKS), 401, 'token_signature_invalid');
    const member = clerk.mint({ session: ada, ...memberOfAcme('member') });
    const client = dial(bearing(member));
    expectRefused(await client.ask('subscription { secrets }'), 403, 'missing_role');
    const other = 'subscription { ticksOf(orgId: "org_other") }';
    expectRefused(await client.ask(other), 403, 'wrong_organization');
    expect(resolved).toEqual([]);
    client.run('subscription { ticksOf(orgId: "org_acme") }');
    const admin = clerk.mint({ session: ada, ...memberOfAcme('admin') });
    dial(bearing(admin)).run('subscription { secrets }');
    await listening(2);
    expect(resolved.toSorted()).toEqual(['secrets', 'ticksOf org_acme']);
  });

  it('says that nobody knows while Clerk cannot be asked', async () => {
    const client = dial(bearing(ada.sessionToken));
    clerk.outage('unavailable');
    expectRefused(await client.ask('subscription { sureTicks }'), 503, 'authority_unavailable');
    expect(resolved).toEqual([]);
    clerk.outage(false);
    clock.forward(30_000);
    client.run('subscription { sureTicks }');
    await listening(1);
  });

  it('checks one signature for each socket and proof', async () => {
    const client = dial(bearing(ada.sessionToken));
    for (let at = 0; at < 5; at += 1) {
      client.run(TICKS);
      expect((await client.ask('{ me maybe }')).events).toEqual([ada.userId, ada.userId]);
    }
    await listening(5);
    expect(signatureChecks.count).toBe(1);
  });

  describe('the cookies of the request that opened the socket', () => {
    const own = (): string => url.replace('ws', 'http').replace('/graphql', '');

    it.each([
      ['no page', () => ({})],
      ['a page of the same host', () => ({ origin: own() })],
      ['the same host behind TLS', () => ({ origin: own().replace('http', 'https') })],
      ['an allowed page', () => ({ origin: 'https://app.example.com' })],
    ])('prove a session that comes from %s', async (_, from) => {
      dial({ headers: { cookie: ada.cookie, ...from() } }).run(TICKS);
      await listening(1);
      expect(resolved).toEqual([`ticks ${ada.userId}`]);
    });

    it.each([
      ['null'],
      ['https://evil.example'],
      ['https://app.example.com/path'],
      ['https://APP.example.com'],
      ['https://app.example.com:8443'],
      ['http://127.0.0.1:1'],
    ])('prove nothing from %s', async (origin) => {
      const client = dial({ headers: { cookie: ada.cookie, origin } });
      expectRefused(await client.ask(TICKS), 403, 'origin_not_allowed');
      expect(resolved).toEqual([]);
    });

    it('are not looked at beside a token in connectionParams, nor is the origin', async () => {
      const bob = clerk.signIn('bob');
      const headers = { cookie: ada.cookie, origin: 'https://evil.example' };
      dial({ ...bearing(bob.sessionToken), headers }).run(TICKS);
      await listening(1);
      expect(resolved).toEqual([`ticks ${bob.userId}`]);
    });
  });

  it('ends with the token, and the client comes back by itself with a later one', async () => {
    let token = ada.sessionToken;
    const params = (): Record<string, string> => ({ authorization: `Bearer ${token}` });
    const client = dial({ params, comesBack: true });
    const ticks = client.run(TICKS);
    await listening(1);
    clock.forward(59_999);
    bus.emit('tick', 'one');
    await until(() => ticks.events.length === 1);
    expect(client.closed).toEqual([]);
    token = clerk.mint({ session: ada });
    clock.forward(1);
    await until(() => client.closed.length === 1);
    expect(client.closed).toEqual([
      isApollo ? { code: 4403, reason: 'token_expired' } : { code: 1006, reason: '' },
    ]);
    await until(() => client.opened === 2 && resolved.length === 2);
    await listening(1);
    bus.emit('tick', 'two');
    await until(() => ticks.events.length === 2);
    expect(ticks.events).toEqual(['one', 'two']);
    clock.forward(59_999);
    expect(client.closed).toHaveLength(1);
  });

  it('ends at the token of a query as well, also for whoever asks nothing more', async () => {
    const client = dial(bearing(ada.sessionToken));
    await client.ask('{ me }');
    clock.forward(60_000);
    await until(() => client.closed.length === 1);
  });

  it('leaves nothing behind for a client that left before', async () => {
    const before = clock.waiting;
    const client = dial(bearing(ada.sessionToken));
    client.run(TICKS);
    await listening(1);
    expect(clock.waiting).toBe(before + 1);
    await client.dispose();
    await until(() => clock.waiting === before);
    await listening(0);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['revoked here', () => app.get(SessionService).revokeSession(ada.sessionId)],
    [
      'said to be over',
      () => {
        expect(app.get(Connections).end(ada.sessionId)).toBe(1);
        return Promise.resolve();
      },
    ],
  ])('ends at once when the session is %s, and its token opens nothing more', async (_, end) => {
    const bob = clerk.signIn('bob');
    const [hers, his] = [dial(bearing(ada.sessionToken)), dial(bearing(bob.sessionToken))];
    const ticks = hers.run(TICKS);
    const others = his.run(TICKS);
    await listening(2);
    await end();
    await until(() => hers.closed.length === 1);
    expect(hers.closed).toEqual([
      isApollo ? { code: 4401, reason: 'session_not_active' } : { code: 1006, reason: '' },
    ]);
    await ticks.ended();
    await listening(1);
    bus.emit('tick', 'one');
    await until(() => others.events.length === 1);
    expect(ticks.events).toEqual([]);
    const again = await dial(bearing(ada.sessionToken)).ask(TICKS);
    expectRefused(again, 401, 'session_not_active');
  });

  it('asks Clerk anew for every operation that demands it', async () => {
    const client = dial(bearing(ada.sessionToken));
    expect((await client.ask('{ surely }')).events).toEqual([ada.userId]);
    clerk.revoke(ada);
    expect((await client.ask('{ me }')).events).toEqual([ada.userId]);
    expectRefused(await client.ask('{ surely }'), 401, 'session_not_active');
    expectRefused(await client.ask('subscription { sureTicks }'), 401, 'session_not_active');
    expect(resolved).toEqual(['surely', 'me']);
  });

  describe('what a stranger may write into connection_init', () => {
    const bearer = (): string => `Bearer ${ada.sessionToken}`;

    it.each<[string, () => unknown]>([
      ['nothing', () => undefined],
      ['null', () => null],
      ['a number', () => 5],
      ['a text', () => bearer()],
      ['a list', () => [bearer()]],
      ['a number for authorization', () => ({ authorization: 5 })],
      ['an object for authorization', () => ({ authorization: {} })],
      ['null for authorization', () => ({ authorization: null })],
      ['an empty text for authorization', () => ({ authorization: '' })],
      ['two tokens', () => ({ authorization: [bearer(), bearer()] })],
      ['one in a list', () => ({ authorization: [bearer()] })],
      ['the name twice', () => ({ authorization: bearer(), Authorization: bearer() })],
      ['headers that are none', () => ({ headers: 'x' })],
      ['headers of its own', () => ({ headers: { authorization: bearer() } })],
      ['an object for cookie', () => ({ cookie: {} })],
      ['cookies', () => ({ cookie: ada.cookie })],
      ['a token by another name', () => ({ token: ada.sessionToken })],
      ['a prototype', () => JSON.parse(`{"__proto__":{"authorization":"${bearer()}"}}`) as unknown],
      ['a hundred kilobytes', () => ({ authorization: `Bearer ${'x'.repeat(100_000)}` })],
    ])('is refused, and the next client is served: %s', async (name, payload) => {
      const { errors, closed } = await sockets.askRudely(url, payload(), TICKS);
      if (isApollo ? closed === undefined : name !== 'a prototype') {
        expect(errors).toEqual([
          expect.objectContaining({ extensions: expect.objectContaining({ status: 401 }) }),
        ]);
      } else if (isApollo) {
        // The server of graphql-ws itself refuses what is no object.
        expect(closed?.code).toBe(4400);
      } else {
        expect(errors).toEqual([{ message: 'Message must be a JSON string' }]);
      }
      expect(resolved).toEqual([]);
      const next = await dial(bearing(ada.sessionToken)).ask('{ me }');
      expect(next.events).toEqual([ada.userId]);
    });
  });
});
