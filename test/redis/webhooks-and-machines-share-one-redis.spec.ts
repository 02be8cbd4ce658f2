import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { RedisWebhookLedger } from 'nestjs-clerk-auth/redis';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { ClerkWebhooksModule, OnClerkEvent, type ClerkEvent } from 'nestjs-clerk-auth/webhooks';
import { isRefused } from '../support/refusals.js';
import { SECRET } from '../support/signed-delivery.js';
import { NEWEST } from './support/clients.js';
import { Machine } from './support/machines.js';
import { RedisServer } from './support/redis-server.js';
import { withRedis } from './support/with-redis.js';

const PATIENCE = 60_000;

/** Ids of sessions, as often as the handler ran for them. */
const saved: string[] = [];

@Injectable()
class SessionSync {
  @OnClerkEvent('session.revoked')
  save({ data }: ClerkEvent<'session.revoked'>): void {
    saved.push(data.id);
  }
}

withRedis('webhooks on several machines', () => {
  let server: RedisServer;
  let clerk: LocalClerk;
  let machines: Machine[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  beforeEach(async () => {
    clerk = await LocalClerk.start();
    saved.length = 0;
  });

  afterEach(async () => {
    await Promise.all(machines.map((machine) => machine.stop()));
    machines = [];
    await clerk.stop();
  });

  afterAll(() => server.stop());

  describe.each(Object.entries(NEWEST))('with %s', (_name, make) => {
    /** Three of them, of which the first two are told by Clerk. */
    const start = async (): Promise<Machine[]> => {
      const fleet = { clerk, port: server.port, make };
      machines = await Promise.all(
        [1, 2, 3].map(() =>
          Machine.start(fleet, {
            providers: [SessionSync],
            more: (client) =>
              ClerkWebhooksModule.forRoot({
                secrets: SECRET,
                ledger: new RedisWebhookLedger(client),
              }),
          }),
        ),
      );
      return machines;
    };
    const tell = (machine: Machine): void => {
      clerk.webhooks.to(`${machine.url}/webhooks/clerk`, {
        secret: SECRET,
        events: ['session.revoked'],
      });
    };

    it('an event that comes twice is handled once, by one of them', async () => {
      const [one, two] = await start();
      tell(one!);
      tell(two!);
      const ada = clerk.signIn('ada');
      clerk.revoke(ada);
      await clerk.webhooks.settled();
      const [first, second] = clerk.webhooks.deliveries;
      expect(first!.id).toBe(second!.id);
      expect(saved).toEqual([ada.sessionId]);
      // Whoever came while it was handled was sent away, and comes again.
      const again = await Promise.all([first!, second!].map((sent) => clerk.webhooks.resend(sent)));
      expect(again.map(({ status }) => status)).toEqual([200, 200]);
      expect(saved).toEqual([ada.sessionId]);
    });

    it('a session that Clerk’s Dashboard revoked is refused by all', async () => {
      const [one] = await start();
      tell(one!);
      const ada = clerk.signIn('ada');
      clerk.revoke(ada);
      await Promise.all(machines.map((machine) => machine.answers(401, ada.sessionToken)));
      await isRefused(machines[2]!.get(ada.sessionToken), 'session_not_active');
    });

    it(
      'an event that comes while Redis is away is not lost',
      async () => {
        const [one] = await start();
        tell(one!);
        const ada = clerk.signIn('ada');
        await server.down();
        clerk.revoke(ada);
        await clerk.webhooks.settled();
        const [refused] = clerk.webhooks.deliveries;
        expect(refused!.status).toBe(503);
        expect(saved).toEqual([]);

        await server.back();
        let answered = await clerk.webhooks.resend(refused!);
        // The client takes a moment to find Redis again.
        while (answered.status !== 200) answered = await clerk.webhooks.resend(refused!);
        expect(saved).toEqual([ada.sessionId]);
        await Promise.all(machines.map((machine) => machine.answers(401, ada.sessionToken)));
      },
      PATIENCE,
    );
  });
});
