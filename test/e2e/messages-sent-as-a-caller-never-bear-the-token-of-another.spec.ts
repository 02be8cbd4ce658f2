import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import {
  ClientProxyFactory,
  Ctx,
  MessagePattern,
  TcpContext,
  Transport,
  type ClientProxy,
} from '@nestjs/microservices';
import { ConfigurationError, CurrentSession, OptionalSession } from 'nestjs-clerk-auth';
import { asCaller } from 'nestjs-clerk-auth/microservices';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { lastValueFrom } from 'rxjs';
import { freePort } from '../support/free-port.js';
import { PROTO } from '../support/message-wires.js';
import { startMessages, type StartedMessages } from '../support/start-messages.js';

interface Seen {
  readonly user: string | null;
  readonly names: readonly string[];
  readonly trace: unknown;
}

@Controller()
class Echo {
  @MessagePattern('seen')
  @OptionalSession()
  seen(@CurrentSession('userId') user: string | null, @Ctx() context: TcpContext): Seen {
    const metadata = (context.getMetadata() ?? {}) as Readonly<Record<string, unknown>>;
    return { user, names: Object.keys(metadata).sort(), trace: metadata.trace ?? null };
  }
}

let clerk: LocalClerk;
let ada: SignedIn;
let bob: SignedIn;
let started: StartedMessages;
let client: ClientProxy;

beforeAll(async () => {
  clerk = await LocalClerk.start();
  ada = clerk.signIn('ada');
  bob = clerk.signIn('bob');
});

afterAll(() => clerk.stop());

describe('over one client of TCP', () => {
  const port = freePort();
  const options = async () =>
    ({ transport: Transport.TCP, options: { host: '127.0.0.1', port: await port } }) as const;

  beforeAll(async () => {
    started = await startMessages('pure', clerk, Echo, await options());
  });

  beforeEach(async () => {
    client = ClientProxyFactory.create(await options());
  });

  afterEach(async () => {
    await client.close();
  });

  afterAll(() => started.close());

  const ask = (by: Pick<ClientProxy, 'send'>): Promise<Seen> =>
    lastValueFrom(by.send<Seen>('seen', {}));

  it('callers who ask at the same time are told apart, and so is nobody', async () => {
    // The first of them open the connection, and all wait for it.
    const asked = Array.from({ length: 60 }, (_, at) => {
      const [who, by] = [
        [ada.userId, asCaller(client, ada.sessionToken)],
        [null, client],
        [bob.userId, asCaller(client, bob.sessionToken)],
      ][at % 3] as [string | null, ClientProxy];
      return ask(by).then(({ user }) => ({ user, who }));
    });
    for (const { user, who } of await Promise.all(asked)) expect(user).toBe(who);
  });

  it('what is asked for within an answer is asked for by whoever asks', async () => {
    const asAda = asCaller(client, ada.sessionToken);
    const within = new Promise<Seen>((resolve) => {
      asAda.send('seen', {}).subscribe(() => resolve(ask(client)));
    });
    await expect(within).resolves.toMatchObject({ user: null, names: [] });
  });

  it('a client that is held on to goes on bearing its own token', async () => {
    const asAda = asCaller(client, ada.sessionToken);
    const asBob = asCaller(client, bob.sessionToken);
    for (const [by, user] of [
      [asAda, ada.userId],
      [asBob, bob.userId],
      [client, null],
      [asAda, ada.userId],
    ] as const) {
      expect((await ask(by)).user).toBe(user);
    }
  });

  it('an observable that is subscribed to twice asks twice as the same caller', async () => {
    const asked = asCaller(client, ada.sessionToken).send<Seen>('seen', {});
    expect((await ask(asCaller(client, bob.sessionToken))).user).toBe(bob.userId);
    expect((await lastValueFrom(asked)).user).toBe(ada.userId);
    expect((await lastValueFrom(asked)).user).toBe(ada.userId);
  });

  it('a hook that is there is kept, also one that comes later', async () => {
    const asAda = asCaller(client, ada.sessionToken);
    client.setOnDispatchHook((packet) => {
      Object.assign(packet, { metadata: { trace: 't1', Authorization: bob.header } });
    });
    // Two credentials would prove nobody: the caller's takes the place of the hook's.
    const expected = { user: ada.userId, names: ['authorization', 'trace'], trace: 't1' };
    await expect(ask(asAda)).resolves.toEqual(expected);
    await expect(ask(asCaller(client, ada.sessionToken))).resolves.toEqual(expected);
    await expect(ask(client)).resolves.toMatchObject({ user: bob.userId });
  });

  it('the connection is the one of the client, and is closed with it', async () => {
    await ask(asCaller(client, ada.sessionToken));
    const socket = client.unwrap<{ readonly destroyed: boolean }>();
    await ask(asCaller(client, bob.sessionToken));
    expect(client.unwrap()).toBe(socket);
  });

  it('without data nothing is sent, as ever', async () => {
    const asked = lastValueFrom(asCaller(client, ada.sessionToken).send('seen', undefined));
    await expect(asked).rejects.toThrow('The invalid data or message pattern');
  });

  it('what is no token is refused, and quoted nowhere', () => {
    const secret = 'eyJzZWNyZXQ';
    for (const token of [
      '',
      ' ',
      `Bearer ${secret}`,
      `${secret}\r\nx: y`,
      undefined,
      null,
      5,
      {},
    ]) {
      const made = (): unknown => asCaller(client, token as string);
      expect(made).toThrow(ConfigurationError);
      expect(made).not.toThrow(secret);
      expect(made).toThrow('asCaller() was given no token');
    }
  });
});

describe('where there is no place for a credential', () => {
  const refuses = async (made: ClientProxy, words: string): Promise<void> => {
    expect(() => asCaller(made, ada.sessionToken)).toThrow(words);
    expect(() => asCaller(made, ada.sessionToken)).toThrow(ConfigurationError);
    await made.close();
  };

  it.each([Transport.TCP, Transport.REDIS] as const)(
    'a client of Nest 11 is told so (transport %i)',
    async (transport) => {
      const old = ClientProxyFactory.create({ transport });
      Object.defineProperty(old, 'setOnDispatchHook', { value: undefined });
      await refuses(old, 'before Nest 12');
    },
  );

  it('so is MQTT before version 5', async () => {
    await refuses(ClientProxyFactory.create({ transport: Transport.MQTT, options: {} }), 'MQTT 5');
  });

  it('and gRPC, whose metadata is an argument', async () => {
    const options = { package: 'doors', protoPath: PROTO };
    const grpc = ClientProxyFactory.create({ transport: Transport.GRPC, options });
    await refuses(grpc as unknown as ClientProxy, 'Metadata');
  });
});
