import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { INestMicroservice } from '@nestjs/common';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { lastValueFrom } from 'rxjs';
import { MessageDoors, ran } from '../support/message-doors.js';
import { RecordedLog } from '../support/recorded-log.js';
import { messagesModule } from '../support/start-messages.js';

/** A transport that somebody wrote: its context holds what they like, as that of TCP did before Nest 12. */
class OwnTransport extends Server implements CustomTransportStrategy {
  listen(done: () => void): void {
    done();
  }

  close(): void {
    // Nothing is open.
  }

  on(): void {
    // Nothing happens.
  }

  unwrap(): never {
    throw new Error('There is nothing inside.');
  }

  async ask(pattern: string, context: unknown): Promise<unknown> {
    const handler = this.getHandlerByPattern(pattern)!;
    return lastValueFrom(this.transformToObservable(await handler({}, context)));
  }
}

const transport = new OwnTransport();
let clerk: LocalClerk;
let service: INestMicroservice;
let log: RecordedLog;

beforeAll(async () => {
  clerk = await LocalClerk.start();
  service = await NestFactory.createMicroservice(messagesModule(clerk, MessageDoors), {
    strategy: transport,
    logger: false,
  });
  await service.listen();
});

beforeEach(() => {
  ran.length = 0;
  log = new RecordedLog().listen();
});

afterAll(async () => {
  await service.close();
  await clerk.stop();
});

it('the sender is told nothing, and the log the way out', async () => {
  const { header } = clerk.signIn('ada');
  for (const context of [
    undefined,
    null,
    5,
    {},
    { getPattern: () => 'whoami' },
    { authorization: header },
  ]) {
    log.forget();
    await expect(transport.ask('whoami', context)).rejects.toEqual({
      status: 'error',
      message: 'Internal server error',
    });
    const said = log.said('error').join('\n');
    expect(said).toContain('MessageDoors.whoami asks for a session');
    expect(said).toContain('no place for a credential');
    expect(said).toContain('@Public()');
  }
  expect(log.whole).not.toContain(header);
  expect(ran).toEqual([]);
});

it('public handlers are open there as well', async () => {
  await expect(transport.ask('open', {})).resolves.toBe('anybody');
});

it('a credential counts where it is, and one in each of two places is too many', async () => {
  const { header, userId } = clerk.signIn('ada');
  const metadata = { getMetadata: () => ({ authorization: header }) };
  const headers = { getHeaders: () => ({ Authorization: header }) };
  const message = { getMessage: () => ({ properties: { headers: { authorization: header } } }) };
  const kafka = { getMessage: () => ({ headers: { authorization: Buffer.from(header) } }) };
  const packet = {
    getPacket: () => ({ properties: { userProperties: { authorization: header } } }),
  };
  const places = [metadata, headers, message, kafka, packet];
  for (const place of places) {
    await expect(transport.ask('whoami', { ...place })).resolves.toBe(userId);
  }
  ran.length = 0;
  const pairs = places.flatMap((one) => places.map((other) => ({ ...one, ...other })));
  for (const both of pairs.filter((pair) => Object.keys(pair).length > 1)) {
    await expect(transport.ask('whoami', both)).rejects.toMatchObject({
      statusCode: 401,
      code: 'authorization_malformed',
    });
  }
  expect(ran).toEqual([]);
});
