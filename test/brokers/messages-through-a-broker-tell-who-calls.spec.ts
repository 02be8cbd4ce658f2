import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ClientKafka, ClientProxyFactory, type ClientProxy } from '@nestjs/microservices';
import { asCaller } from 'nestjs-clerk-auth/microservices';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { lastValueFrom } from 'rxjs';
import { expectAnswered } from '../support/expect-answered.js';
import { MESSAGE_CASES } from '../support/message-callers.js';
import { MessageDoors, ran } from '../support/message-doors.js';
import { proxyWire, send } from '../support/message-wires.js';
import { startMessages, type StartedMessages } from '../support/start-messages.js';
import { until } from '../support/until.js';
import { BROKERS, type RunningBroker } from './support/brokers.js';
import { areBrokersRequired, BROKER_NAMES, findBroker } from './support/find-brokers.mjs';

/** Brokers and consumers' groups take their time. */
const PATIENCE = 90_000;

let clerk: LocalClerk;

beforeAll(async () => {
  clerk = await LocalClerk.start();
});

afterAll(() => clerk.stop());

describe.each(BROKER_NAMES)('%s', (name) => {
  // Missing ones are told of aloud, by say-when-skipped.mjs.
  const present =
    findBroker(name) === undefined && !areBrokersRequired() ? describe.skip : describe;
  const { start, record, hostile } = BROKERS[name];

  present('through the broker', () => {
    let broker: RunningBroker;
    let started: StartedMessages;
    let client: ClientProxy;

    beforeAll(async () => {
      broker = await start();
      started = await startMessages('pure', clerk, MessageDoors, broker.options);
      client = ClientProxyFactory.create(broker.options);
      if (client instanceof ClientKafka) {
        for (const door of ['open', 'whoami', 'admin', 'live', 'rebuild']) {
          client.subscribeToResponseOf(door);
        }
      }
      await client.connect();
    }, PATIENCE);

    afterAll(async () => {
      await client.close();
      await started.close();
      await broker.stop();
    }, PATIENCE);

    beforeEach(() => {
      ran.length = 0;
    });

    it.each(MESSAGE_CASES)('$who at $door', async (messageCase) => {
      await expectAnswered(clerk, proxyWire(client), messageCase);
    });

    it(
      'metadata that proves nobody is refused, and the next message is served',
      async () => {
        const { header, sessionToken, userId } = clerk.signIn('ada');
        for (const metadata of hostile(header)) {
          const asked = send(client, 'whoami', record(client, metadata));
          await expect(asked).rejects.toMatchObject({ status: 'error', statusCode: 401 });
        }
        expect(ran).toEqual([]);
        await expect(send(asCaller(client, sessionToken), 'whoami')).resolves.toBe(userId);
      },
      PATIENCE,
    );

    it('a record that is sent again bears nobody else’s token', async () => {
      const [ada, bob] = [clerk.signIn('ada'), clerk.signIn('bob')];
      const own = record(client, { trace: 't1', Authorization: 'Bearer x' });
      for (const { sessionToken, userId } of [ada, bob, ada]) {
        await expect(send(asCaller(client, sessionToken), 'whoami', own)).resolves.toBe(userId);
      }
      const plain = send(client, 'whoami', own);
      await expect(plain).rejects.toMatchObject({ code: 'token_malformed' });
    });

    it(
      'a refused event is dropped, and the next one is served',
      async () => {
        const { sessionToken, userId, header } = clerk.signIn('ada');
        const expired = clerk.mint({ session: clerk.signIn('ada'), expiresIn: -60 });
        const emit = (by: Pick<ClientProxy, 'emit'>, metadata: object): Promise<unknown> =>
          lastValueFrom(by.emit('noted', record(client, { ...metadata })), { defaultValue: null });
        // Names of a place for an answer, as those of a request of Kafka: an event stays one.
        const forged = { kafka_correlationId: 'x', kafka_replyTopic: 'whoami.reply' };
        await emit(client, { trace: 't1' });
        await emit(client, { ...forged, authorization: header, Authorization: header });
        await emit(asCaller(client, expired), forged);
        await emit(asCaller(client, sessionToken), { trace: 't1' });
        await until(() => ran.length > 0, 20_000);
        expect(ran).toEqual([`noted:${userId}`]);
      },
      PATIENCE,
    );
  });
});
