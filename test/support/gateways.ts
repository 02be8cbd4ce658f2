import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication, Provider, Type } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { ClerkModule, type ClerkOptions } from 'nestjs-clerk-auth';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { WebSocket, type ClientOptions } from 'ws';
import type { HandTimer } from './hand-timer.js';
import { startApp, type Adapter } from './start-app.js';

export type Platform = 'socket.io' | 'ws';

export interface GatewayOptions extends ClerkOptions {
  readonly adapter?: Adapter;
  readonly platform: Platform;
  readonly gateways: readonly (Type | Provider)[];
  readonly controllers?: readonly Type[];
  /** Clock and timer in one; left out, real time. */
  readonly time?: HandTimer;
  readonly prepare?: (app: INestApplication) => void;
}

/** An application with gateways before this Clerk, networkless unless told otherwise. */
export async function startGateways(
  clerk: LocalClerk,
  {
    adapter = 'express',
    platform,
    gateways,
    controllers = [],
    time,
    prepare,
    ...options
  }: GatewayOptions,
): Promise<INestApplication> {
  const said = { ...clerk.options(), jwtKey: clerk.jwtKey } as const;
  return startApp(adapter, {
    imports: [ClerkModule.forRoot({ ...said, ...options })],
    controllers,
    providers: gateways,
    ...(time === undefined ? {} : { now: time.now, timer: time.timer }),
    prepare: (app) => {
      app.useWebSocketAdapter(platform === 'ws' ? new WsAdapter(app) : new IoAdapter(app));
      prepare?.(app);
    },
  });
}

export function portOf(app: INestApplication): number {
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  return port;
}

/** What a client of either platform is told. */
interface Told {
  readonly event: string;
  readonly data: unknown;
}

/** Why a client was not let in. */
export interface Refused {
  readonly statusCode: number | undefined;
  readonly code: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** How a connection ended. */
export interface Ended {
  readonly code: number | undefined;
  readonly reason: string;
}

/** What a client sends along when it connects. */
export interface Along {
  /** `Authorization`, `Cookie` and the like. */
  readonly headers?: Readonly<Record<string, string>>;
  /** socket.io: what is put into `auth`. */
  readonly auth?: unknown;
  /** `ws`: the subprotocols. */
  readonly protocols?: readonly string[];
  readonly path?: string;
  readonly transports?: readonly ('polling' | 'websocket')[];
}

/** A client of socket.io or of `ws`, which keeps what it is told. */
abstract class GatewayClient {
  readonly told: Told[] = [];
  private readonly waiting = new Set<() => void>();

  abstract send(event: string, data: unknown): void;
  abstract leave(): void;
  /** Resolves when the connection has ended. */
  abstract readonly ended: Promise<Ended>;

  protected hear(event: string, data: unknown): void {
    this.told.push({ event, data });
    for (const wake of this.waiting) wake();
  }

  /** The next thing that is told under this name, and takes it. */
  async next(event: string): Promise<unknown> {
    for (;;) {
      const at = this.told.findIndex((told) => told.event === event);
      if (at >= 0) return this.told.splice(at, 1)[0]?.data;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.waiting.delete(wake);
          resolve();
        };
        this.waiting.add(wake);
      });
    }
  }

  /** Asks, and hears the answer under the name `answer`. */
  async ask(event: string, data?: unknown): Promise<unknown> {
    this.send(event, data);
    return this.next('answer');
  }
}

export class SocketIoTestClient extends GatewayClient {
  readonly ended: Promise<Ended>;

  constructor(readonly socket: Socket) {
    super();
    socket.onAny((event: string, data: unknown) => {
      this.hear(event, data);
    });
    this.ended = new Promise((resolve) => {
      socket.on('disconnect', (reason) => {
        resolve({ code: undefined, reason });
      });
    });
  }

  send(event: string, data: unknown): void {
    this.socket.emit(event, data);
  }

  /** Resolves with what the server acknowledges. */
  renew(token: unknown): Promise<unknown> {
    return this.socket.timeout(3000).emitWithAck('clerk:renew', token) as Promise<unknown>;
  }

  leave(): void {
    this.socket.disconnect();
  }
}

export class WsTestClient extends GatewayClient {
  readonly ended: Promise<Ended>;

  constructor(readonly socket: WebSocket) {
    super();
    socket.on('message', (text: Buffer) => {
      const { event, data } = JSON.parse(text.toString()) as Told;
      this.hear(event, data);
    });
    this.ended = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        resolve({ code, reason: String(reason) });
      });
    });
  }

  send(event: string, data: unknown): void {
    this.socket.send(JSON.stringify({ event, data }));
  }

  renew(token: unknown): Promise<unknown> {
    this.send('clerk:renew', token);
    return this.next('clerk:renewed');
  }

  leave(): void {
    this.socket.close();
  }
}

export type Client = SocketIoTestClient | WsTestClient;

/** Every client of a test, so that none outlives it. */
const opened: { close: () => void }[] = [];

export function closeClients(): void {
  for (const { close } of opened.splice(0)) close();
}

/** Connects; rejects with nothing: a refusal is an answer. */
export async function knock(
  app: INestApplication,
  platform: Platform,
  along: Along = {},
): Promise<Client | Refused> {
  return platform === 'ws' ? knockWs(app, along) : knockSocketIo(app, along);
}

/** Connects, and fails where that is refused. */
export async function connect(
  app: INestApplication,
  platform: Platform,
  along: Along = {},
): Promise<Client> {
  const client = await knock(app, platform, along);
  if (client instanceof GatewayClient) return client;
  throw new Error(`Refused: ${client.text}`);
}

/** Connects, and fails where that is not refused. */
export async function refusal(
  app: INestApplication,
  platform: Platform,
  along: Along = {},
): Promise<Refused> {
  const refused = await knock(app, platform, along);
  if (refused instanceof GatewayClient) throw new Error('It was let in.');
  return refused;
}

/** How a client of each platform hands in a session token. */
export function bearing(platform: Platform, token: string): Along {
  return platform === 'ws' ? { protocols: ['clerk.session', token] } : { auth: { token } };
}

async function knockSocketIo(app: INestApplication, along: Along): Promise<Client | Refused> {
  const { headers = {}, auth, path = '/', transports = ['websocket'] } = along;
  const options: Partial<ManagerOptions & SocketOptions> = {
    transports: [...transports],
    extraHeaders: headers,
    auth: auth as Record<string, unknown>,
    forceNew: true,
    reconnection: false,
  };
  const socket = io(`http://127.0.0.1:${String(portOf(app))}${path}`, options);
  opened.push({ close: () => socket.close() });
  const client = new SocketIoTestClient(socket);
  return new Promise((resolve) => {
    socket.once('connect', () => {
      resolve(client);
    });
    // What is no packet at all closes the transport.
    socket.once('disconnect', (reason) => {
      resolve({ statusCode: undefined, code: undefined, headers: {}, text: reason });
    });
    socket.once('connect_error', (error: Error & { data?: Record<string, unknown> }) => {
      resolve({
        statusCode: error.data?.statusCode as number | undefined,
        code: error.data?.code as string | undefined,
        headers: {},
        text: JSON.stringify({ message: error.message, data: error.data }),
      });
    });
  });
}

async function knockWs(app: INestApplication, along: Along): Promise<Client | Refused> {
  const { headers = {}, protocols = [], path = '/' } = along;
  const options: ClientOptions = { headers };
  const url = `ws://127.0.0.1:${String(portOf(app))}${path}`;
  const socket = new WebSocket(url, [...protocols], options);
  opened.push({
    close: () => {
      socket.terminate();
    },
  });
  const client = new WsTestClient(socket);
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      resolve(client);
    });
    socket.on('error', reject);
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      void bodyOf(response).then((text) => {
        const code = text.startsWith('{')
          ? (JSON.parse(text) as { code?: string }).code
          : undefined;
        resolve({ statusCode: response.statusCode, code, headers: response.headers, text });
      });
    });
  });
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
}
