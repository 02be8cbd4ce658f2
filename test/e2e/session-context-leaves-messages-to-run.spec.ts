import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Injectable,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common';
import {
  ClientProxyFactory,
  MessagePattern,
  type ClientProxy,
  Transport,
} from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import { AuthGuard, RequireSession, SessionContext, sessionOf } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { GuardConnections } from 'nestjs-clerk-auth/websockets';
import { asCaller } from 'nestjs-clerk-auth/microservices';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { defer, lastValueFrom, Observable } from 'rxjs';
import { WebSocket } from 'ws';
import { freePort } from '../support/free-port.js';
import { bearing, closeClients, connect, portOf, startGateways } from '../support/gateways.js';
import { SessionTeller } from '../support/session-teller.js';
import { ADAPTERS } from '../support/start-app.js';
import { until } from '../support/until.js';

/** As docs/session-context.md has it. */
@Injectable()
class MessageScope implements NestInterceptor {
  constructor(private readonly sessions: SessionContext) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const carrier: object =
      context.getType() === 'ws'
        ? context.switchToWs().getClient<object>()
        : context.switchToRpc().getContext<object>();
    return new Observable((subscriber) =>
      this.sessions.run(sessionOf(carrier), () => next.handle().subscribe(subscriber)),
    );
  }
}

function answer(data: unknown): object {
  return { event: 'answer', data };
}

@Injectable()
class Gateway {
  @WebSocketServer() readonly server!: {
    /** Of `ws`. */
    clients: Iterable<{ send(text: string): void; terminate(): void }>;
    /** Of socket.io. */
    disconnectSockets?: (close: boolean) => void;
  };

  /** What each hook was told. */
  readonly hooks: string[] = [];

  constructor(private readonly teller: SessionTeller) {}

  handleConnection(): void {
    this.hooks.push(`connected ${this.teller.current()}`);
  }

  handleDisconnect(): void {
    this.hooks.push(`left ${this.teller.current()}`);
  }

  @SubscribeMessage('bare')
  bare(): object {
    return answer([this.teller.current(), this.teller.peek()]);
  }

  @SubscribeMessage('bare-observable')
  bareObservable(): Observable<object> {
    return defer(() => Promise.resolve(answer([this.teller.current(), this.teller.peek()])));
  }

  @SubscribeMessage('scoped')
  @UseInterceptors(MessageScope)
  async scoped(): Promise<object> {
    await Promise.resolve();
    return answer([this.teller.current(), this.teller.peek()]);
  }
}

@WebSocketGateway()
@GuardConnections()
class PlainGateway extends Gateway {}

/** `ws` compresses for one socket at a time, of all that there are, in and out. */
@WebSocketGateway({ perMessageDeflate: { threshold: 0, concurrencyLimit: 1 } })
@GuardConnections()
class DeflatingGateway extends Gateway {}

@Controller()
class HttpController {
  constructor(
    private readonly teller: SessionTeller,
    private readonly gateway: Gateway,
  ) {}

  @Get('me')
  @RequireSession()
  me(): object {
    return { current: this.teller.current() };
  }

  /** The first that asks opens the connection, within its request. */
  @Get('ask-over-tcp')
  @RequireSession()
  async askOverTcp(): Promise<object> {
    const asked = asCaller(tcpClient!, ada.sessionToken).send<unknown>('bare', {});
    return { rpc: await lastValueFrom(asked), current: this.teller.current() };
  }

  @Get('broadcast')
  @RequireSession()
  broadcast(): void {
    for (const client of this.gateway.server.clients) {
      for (let at = 0; at < 20; at += 1) client.send(JSON.stringify({ event: 'noise' }));
    }
  }

  @Get('close')
  @RequireSession()
  close(): void {
    const { server } = this.gateway;
    server.disconnectSockets?.(true);
    if (server.disconnectSockets !== undefined) return;
    for (const client of server.clients) client.terminate();
  }

  @MessagePattern('bare')
  @RequireSession()
  bare(): string {
    return this.teller.current();
  }

  @MessagePattern('scoped')
  @RequireSession()
  @UseInterceptors(MessageScope)
  async scoped(): Promise<string> {
    await Promise.resolve();
    return this.teller.current();
  }
}

let clerk: LocalClerk;
let ada: SignedIn;
let bob: SignedIn;
let app: INestApplication;
let tcpClient: ClientProxy | undefined;

beforeEach(async () => {
  clerk = await LocalClerk.start();
  ada = clerk.signIn('ada');
  bob = clerk.signIn('bob');
});

afterEach(async () => {
  closeClients();
  await app.close();
  await clerk.stop();
});

const common = {
  sessionContext: true,
  controllers: [HttpController],
};

const gatewaysOf = (gateway: typeof Gateway) => [
  { provide: Gateway, useClass: gateway },
  SessionTeller,
  MessageScope,
];

describe.each(ADAPTERS)('on %s', (adapter) => {
  describe.each(['socket.io', 'ws'] as const)('over %s', (platform) => {
    it('a message knows nobody, and whom run() was given', async () => {
      app = await startGateways(clerk, {
        ...common,
        adapter,
        platform,
        gateways: gatewaysOf(PlainGateway),
      });
      const asAda = await connect(app, platform, bearing(platform, ada.sessionToken));
      const asBob = await connect(app, platform, bearing(platform, bob.sessionToken));
      for (const [client, { userId }] of [
        [asAda, ada],
        [asBob, bob],
      ] as const) {
        expect(await client.ask('bare')).toEqual(['context_missing', null]);
        expect(await client.ask('bare-observable')).toEqual(['context_missing', null]);
        expect(await client.ask('scoped')).toEqual([userId, userId]);
        expect(await client.ask('bare')).toEqual(['context_missing', null]);
      }
    });
  });

  it.each(['socket.io', 'ws'] as const)(
    'whoever closes the sockets of others is not taken for them: %s',
    async (platform) => {
      app = await startGateways(clerk, {
        ...common,
        adapter,
        platform,
        gateways: gatewaysOf(PlainGateway),
      });
      const client = await connect(app, platform, bearing(platform, ada.sessionToken));
      await fetch(`http://127.0.0.1:${String(portOf(app))}/close`, {
        headers: { authorization: bob.header },
      });
      await client.ended;
      const { hooks } = app.get(Gateway);
      await until(() => hooks.length === 2);
      expect(hooks).toEqual(['connected context_missing', 'left context_missing']);
    },
  );

  it('a socket opened over the connection of a request knows nothing of that', async () => {
    app = await startGateways(clerk, {
      ...common,
      adapter,
      platform: 'ws',
      gateways: gatewaysOf(PlainGateway),
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const port = portOf(app);
    const asked = get({
      host: '127.0.0.1',
      port,
      agent,
      path: '/me',
      headers: { authorization: bob.header },
    });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    const { socket } = response;
    response.resume();
    await once(response, 'end');
    const client = new WebSocket(`ws://127.0.0.1:${String(port)}`, {
      agent,
      headers: { authorization: ada.header },
    });
    const opened = once(client, 'open');
    const [upgrade] = (await once(client, 'upgrade')) as [IncomingMessage];
    expect(upgrade.socket === socket).toBe(true);
    const heard: unknown[] = [];
    client.on('message', (text: Buffer) => heard.push(JSON.parse(text.toString())));
    await opened;
    client.send(JSON.stringify({ event: 'bare' }));
    client.send(JSON.stringify({ event: 'scoped' }));
    await until(() => heard.length === 2);
    client.terminate();
    expect(heard).toEqual([answer(['context_missing', null]), answer([ada.userId, ada.userId])]);
  });

  it('a message dispatched while a request sends is not taken for one of its caller', async () => {
    app = await startGateways(clerk, {
      ...common,
      adapter,
      platform: 'ws',
      gateways: gatewaysOf(DeflatingGateway),
    });
    const url = `ws://127.0.0.1:${String(portOf(app))}`;
    const client = new WebSocket(url, { headers: { authorization: ada.header } });
    const answers = new Set<string>();
    let heard = 0;
    client.on('message', (text: Buffer) => {
      const { event, data } = JSON.parse(text.toString()) as { event: string; data: unknown };
      if (event !== 'answer') return;
      heard += 1;
      answers.add(JSON.stringify(data));
    });
    await once(client, 'open');
    for (let round = 1; round <= 10; round += 1) {
      const broadcast = fetch(`http://127.0.0.1:${String(portOf(app))}/broadcast`, {
        headers: { authorization: bob.header },
      });
      for (let at = 0; at < 10; at += 1) {
        client.send(JSON.stringify({ event: 'bare', data: 'x'.repeat(100) }));
        client.send(JSON.stringify({ event: 'bare-observable', data: 'x'.repeat(100) }));
      }
      await broadcast;
      await until(() => heard === 20 * round);
    }
    client.terminate();
    expect([...answers]).toEqual([JSON.stringify(['context_missing', null])]);
  });

  it('a message of a microservice knows nobody, and whom run() was given', async () => {
    const port = await freePort();
    const tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port } } as const;
    app = await startGateways(clerk, {
      ...common,
      adapter,
      platform: 'ws',
      gateways: gatewaysOf(PlainGateway),
      prepare: (made) => {
        made.connectMicroservice(tcp, { inheritAppConfig: true });
        made.useGlobalGuards(made.get(AuthGuard));
      },
    });
    await app.startAllMicroservices();
    const client = ClientProxyFactory.create(tcp);
    tcpClient = client;
    const askedWithin = await Promise.all(
      [bob, ada, bob].map(async ({ header, userId }) => {
        const url = `http://127.0.0.1:${String(portOf(app))}/ask-over-tcp`;
        const response = await fetch(url, { headers: { authorization: header } });
        return [await response.json(), { rpc: 'context_missing', current: userId }] as const;
      }),
    );
    expect(askedWithin.map(([body]) => body)).toEqual(askedWithin.map(([, told]) => told));
    for (const caller of [ada, bob, ada]) {
      const ask = (pattern: string): Promise<unknown> =>
        lastValueFrom(asCaller(client, caller.sessionToken).send<unknown>(pattern, {}));
      expect(await ask('bare')).toBe('context_missing');
      expect(await ask('scoped')).toBe(caller.userId);
    }
    client.close();
  });
});
