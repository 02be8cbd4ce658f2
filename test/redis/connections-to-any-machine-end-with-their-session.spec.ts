import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CurrentSession, type Session } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { GuardConnections } from 'nestjs-clerk-auth/websockets';
import { overHttp1, type FeedClient } from '../support/feed-client.js';
import { bearing, closeClients, connect } from '../support/gateways.js';
import { until } from '../support/until.js';
import { NEWEST } from './support/clients.js';
import { Machine } from './support/machines.js';
import { RedisServer } from './support/redis-server.js';
import { withRedis } from './support/with-redis.js';

@WebSocketGateway()
@GuardConnections()
class ChatGateway {
  @SubscribeMessage('who')
  who(@CurrentSession() session: Session): object {
    return { event: 'answer', data: session.userId };
  }
}

withRedis('what hangs on another machine', () => {
  let clerk: LocalClerk;
  let server: RedisServer;
  let machines: Machine[] = [];
  const feeds: FeedClient[] = [];

  beforeAll(async () => {
    [clerk, server] = await Promise.all([LocalClerk.start(), RedisServer.start()]);
  });

  afterEach(async () => {
    closeClients();
    for (const feed of feeds.splice(0)) feed.close();
    await Promise.all(machines.map((machine) => machine.stop()));
    machines = [];
  });

  afterAll(async () => {
    await Promise.all([clerk.stop(), server.stop()]);
  });

  /** Where sessions are revoked, and where connections hang. */
  const startTwo = async (make: (typeof NEWEST)[keyof typeof NEWEST]): Promise<Machine[]> => {
    const fleet = { clerk, port: server.port, make };
    machines = [
      await Machine.start(fleet),
      await Machine.start(fleet, { gateways: [ChatGateway] }),
    ];
    return machines;
  };

  describe.each(Object.entries(NEWEST))('with %s', (name, make) => {
    it('a socket ends with its session, and nobody else’s does', async () => {
      const [a, b] = await startTwo(make);
      const [ada, bob] = [clerk.signIn('ada'), clerk.signIn('bob')];
      const own = await connect(b!.app, 'ws', bearing('ws', ada.sessionToken));
      const other = await connect(b!.app, 'ws', bearing('ws', bob.sessionToken));
      await expect(own.ask('who')).resolves.toBe(ada.userId);
      await a!.sessions.revokeSession(ada.sessionId);
      await expect(own.ended).resolves.toMatchObject({ code: 4401, reason: 'session_not_active' });
      await expect(other.ask('who')).resolves.toBe(bob.userId);
    });

    it('an event stream ends with its session, and nobody else’s does', async () => {
      const [a, b] = await startTwo(make);
      const [ada, bob] = [clerk.signIn('ada'), clerk.signIn('bob')];
      const client = overHttp1(b!.url);
      feeds.push(client);
      const own = await client.open('/feed', { authorization: ada.header });
      const other = await client.open('/feed', { authorization: bob.header });
      expect([own.status, other.status]).toEqual([200, 200]);
      await a!.sessions.revokeSession(ada.sessionId);
      await until(() => own.ending() !== undefined);
      expect(other.ending()).toBeUndefined();
    });

    it('all connections of a user end with the user', async () => {
      const [a, b] = await startTwo(make);
      // Somebody else each time: who was ended is refused for the rest of the second.
      const dan = `dan of ${name}`;
      const [one, two, bob] = [clerk.signIn(dan), clerk.signIn(dan), clerk.signIn('bob')];
      const sockets = [one, two, bob].map(({ sessionToken }) =>
        connect(b!.app, 'ws', bearing('ws', sessionToken)),
      );
      const [first, second, other] = await Promise.all(sockets);
      const issuedUntil = Date.now();
      await a!.channel.publish([{ kind: 'user_ended', userId: one.userId, issuedUntil }]);
      await Promise.all([first!.ended, second!.ended]);
      await expect(other!.ask('who')).resolves.toBe(bob.userId);
    });
  });
});
