import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Metadata } from '@grpc/grpc-js';
import type { Type } from '@nestjs/common';
import {
  ClientProxyFactory,
  Transport,
  type ClientProxy,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { asCaller } from 'nestjs-clerk-auth/microservices';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { lastValueFrom } from 'rxjs';
import { freePort } from '../support/free-port.js';
import { expectAnswered } from '../support/expect-answered.js';
import { MESSAGE_CASES } from '../support/message-callers.js';
import { GrpcDoors, MessageDoors, ran } from '../support/message-doors.js';
import {
  call,
  grpcClient,
  grpcWire,
  messageRefusal,
  PROTO,
  proxyWire,
  send,
  type GrpcClient,
  type MessageWire,
} from '../support/message-wires.js';
import { until } from '../support/until.js';
import { MESSAGING_KINDS, startMessages, type StartedMessages } from '../support/start-messages.js';

interface Transporter {
  readonly controller: Type;
  readonly options: (port: number) => MicroserviceOptions;
  readonly wire: (port: number) => MessageWire;
}

const tcp = (port: number) =>
  ({ transport: Transport.TCP, options: { host: '127.0.0.1', port } }) as const;

const TRANSPORTS: Readonly<Record<'TCP' | 'gRPC', Transporter>> = {
  TCP: {
    controller: MessageDoors,
    options: tcp,
    wire: (port) => proxyWire(ClientProxyFactory.create(tcp(port))),
  },
  gRPC: {
    controller: GrpcDoors,
    options: (port) => ({
      transport: Transport.GRPC,
      options: { package: 'doors', protoPath: PROTO, url: `127.0.0.1:${port}` },
    }),
    wire: (port) => grpcWire(`127.0.0.1:${port}`),
  },
};

let clerk: LocalClerk;

beforeAll(async () => {
  clerk = await LocalClerk.start();
});

afterAll(() => clerk.stop());

beforeEach(() => {
  ran.length = 0;
});

describe.each(Object.entries(TRANSPORTS))('over %s', (_name, transporter) => {
  describe.each(MESSAGING_KINDS)('in an application that is %s', (kind) => {
    let started: StartedMessages;
    let wire: MessageWire;

    beforeAll(async () => {
      const port = await freePort();
      const { controller, options } = transporter;
      started = await startMessages(kind, clerk, controller, options(port));
      wire = transporter.wire(port);
    });

    afterAll(async () => {
      await wire.close();
      await started.close();
    });

    it.each(MESSAGE_CASES)('$who at $door', async (messageCase) => {
      await expectAnswered(clerk, wire, messageCase);
    });
  });
});

describe('over TCP', () => {
  let started: StartedMessages;
  let client: ClientProxy;

  beforeAll(async () => {
    const options = tcp(await freePort());
    started = await startMessages('pure', clerk, MessageDoors, options);
    client = ClientProxyFactory.create(options);
  });

  afterAll(async () => {
    client.close();
    await started.close();
  });

  const emit = (sender: Pick<ClientProxy, 'emit'>): Promise<unknown> =>
    lastValueFrom(sender.emit('noted', {}), { defaultValue: undefined });

  it('the session and the machine are those of the token', async () => {
    const { userId, sessionToken } = clerk.signIn('ada');
    const m2m = clerk.createM2mToken({ machine: 'worker' });
    await expect(send(asCaller(client, sessionToken), 'whoami')).resolves.toBe(userId);
    await expect(send(asCaller(client, m2m.token), 'rebuild')).resolves.toBe(m2m.machineId);
    expect(ran).toEqual([`whoami:${userId}`, `rebuild:${m2m.machineId}`]);
  });

  it('a token in the payload is nobody', async () => {
    const { sessionToken, header } = clerk.signIn('ada');
    const refusal = messageRefusal({ status: 401, code: 'session_required' });
    for (const data of [
      sessionToken,
      { authorization: header, Authorization: header, token: sessionToken },
      { metadata: { authorization: header }, headers: { authorization: header } },
      { cookie: `__session=${sessionToken}`, headers: { cookie: `__session=${sessionToken}` } },
    ]) {
      await expect(send(client, 'whoami', data)).rejects.toEqual(refusal);
    }
    expect(ran).toEqual([]);
  });

  it('a refused event is dropped, and the next one is served', async () => {
    const { userId, sessionToken } = clerk.signIn('ada');
    const expired = clerk.mint({ session: clerk.signIn('ada'), expiresIn: -60 });
    await emit(client);
    await emit(asCaller(client, expired));
    await emit(asCaller(client, sessionToken));
    await expect(send(client, 'open')).resolves.toBe('anybody');
    await until(() => ran.length > 1);
    expect(ran.sort()).toEqual([`noted:${userId}`, 'open:anybody']);
  });
});

describe('over gRPC', () => {
  let started: StartedMessages;
  let client: GrpcClient;

  beforeAll(async () => {
    const port = await freePort();
    started = await startMessages('pure', clerk, GrpcDoors, TRANSPORTS.gRPC.options(port));
    client = grpcClient(`127.0.0.1:${port}`);
  });

  afterAll(async () => {
    client.close();
    await started.close();
  });

  const metadataOf = (
    entries: Readonly<Record<string, readonly (string | Buffer)[]>>,
  ): Metadata => {
    const metadata = new Metadata();
    for (const [name, values] of Object.entries(entries)) {
      for (const value of values) metadata.add(name, value);
    }
    return metadata;
  };

  it('two values are refused, whether they come as two or as one', async () => {
    const { header } = clerk.signIn('ada');
    const two = call(client, 'whoami', metadataOf({ authorization: [header, header] }));
    await expect(two).rejects.toBeInstanceOf(Error);
    const joined = call(client, 'whoami', metadataOf({ authorization: [`${header}, ${header}`] }));
    await expect(joined).rejects.toMatchObject({ code: 16, details: 'authorization_malformed' });
    expect(ran).toEqual([]);
  });

  it('what is no credential is ignored, and what is a broken one is refused', async () => {
    const { header, sessionToken } = clerk.signIn('ada');
    const bytes = Buffer.from(header);
    const required = { code: 16, details: 'session_required' };
    for (const entries of [
      { cookie: [`__session=${sessionToken}`] },
      { 'authorization-bin': [bytes] },
      { authorization: ['Basic YTpi'] },
    ]) {
      await expect(call(client, 'whoami', metadataOf(entries))).rejects.toMatchObject(required);
    }
    const bare = call(client, 'whoami', metadataOf({ authorization: ['Bearer'] }));
    await expect(bare).rejects.toMatchObject({ code: 16, details: 'authorization_malformed' });
    expect(ran).toEqual([]);
  });

  it('the name is read in any case', async () => {
    const { header, userId } = clerk.signIn('ada');
    await expect(call(client, 'whoami', metadataOf({ Authorization: [header] }))).resolves.toBe(
      userId,
    );
  });

  it('a stream is judged before its first message', async () => {
    const { header, userId } = clerk.signIn('ada');
    await expect(heard(client, metadataOf({}))).rejects.toMatchObject({
      code: 16,
      details: 'session_required',
    });
    expect(ran).toEqual([]);
    const feed = heard(client, metadataOf({ authorization: [header] }));
    await expect(feed).resolves.toEqual([userId, userId]);
  });
});

async function heard(client: GrpcClient, metadata: Metadata): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const { text } of client.feed({ text: '' }, metadata)) texts.push(text);
  return texts;
}
