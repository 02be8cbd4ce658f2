import type { INestApplication } from '@nestjs/common';
import { once } from 'node:events';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { GraphqlAnswer, GraphqlError, Headers } from './graphql-app.js';

export interface SocketOptions {
  readonly params?: () => Promise<Record<string, unknown>> | Record<string, unknown>;
  /** Of the request that opens the socket. */
  readonly headers?: Headers;
  /** Whether it comes back after the socket was closed. */
  readonly comesBack?: boolean;
}

/** How a socket was closed. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** What became of an operation: its events as they come, and its errors. */
export class Operation {
  readonly events: string[] = [];
  errors: readonly GraphqlError[] | undefined;
  /** Whether no more will come, for whatever reason. */
  isOver = false;
  private readonly over: Promise<void>;

  constructor(client: Client, query: string) {
    this.over = new Promise((resolve) => {
      const end = (): void => {
        this.isOver = true;
        resolve();
      };
      client.subscribe(
        { query },
        {
          next: (answer) => {
            this.take(answer as GraphqlAnswer);
          },
          error: (problem) => {
            this.errors ??= Array.isArray(problem) ? (problem as GraphqlError[]) : undefined;
            end();
          },
          complete: end,
        },
      );
    });
  }

  /** Waits for its end. */
  async ended(): Promise<this> {
    await this.over;
    return this;
  }

  private take({ data, errors }: GraphqlAnswer): void {
    if (errors !== undefined) this.errors = errors;
    for (const value of Object.values(data ?? {})) this.events.push(String(value));
  }
}

/** A client of graphql-ws. */
export class SocketClient {
  readonly closed: Closed[] = [];
  opened = 0;
  private readonly client: Client;

  constructor(url: string, { params, headers = {}, comesBack = false }: SocketOptions) {
    class Dialed extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, { headers });
      }
    }
    this.client = createClient({
      url,
      webSocketImpl: Dialed,
      // It stays connected while it asks nothing.
      lazy: false,
      onNonLazyError: () => undefined,
      retryAttempts: comesBack ? 3 : 0,
      retryWait: () => Promise.resolve(),
      ...(params === undefined ? {} : { connectionParams: params }),
      on: {
        connected: () => (this.opened += 1),
        closed: (event) => {
          const { code, reason } = event as Closed;
          this.closed.push({ code, reason });
        },
      },
    });
  }

  run(query: string): Operation {
    return new Operation(this.client, query);
  }

  /** As `run`, once it is over. */
  ask(query: string): Promise<Operation> {
    return this.run(query).ended();
  }

  async dispose(): Promise<void> {
    await this.client.dispose();
  }
}

export async function addressOf(app: INestApplication): Promise<string> {
  return `${(await app.getUrl()).replace('http', 'ws')}/graphql`;
}

/** What a client hears that writes anything into `connection_init`, and asks as soon as it is heard. */
export async function askRudely(
  url: string,
  payload: unknown,
  query: string,
): Promise<{ readonly errors: unknown; readonly closed: Closed | undefined }> {
  const socket = new WebSocket(url, 'graphql-transport-ws');
  let errors: unknown;
  let closed: Closed | undefined;
  const over = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Heard;
      if (message.type === 'connection_ack') {
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
        return;
      }
      // Apollo's driver answers what could not begin as an event.
      errors ??=
        message.type === 'next' ? (message.payload as GraphqlAnswer).errors : message.payload;
      resolve();
    });
    socket.on('close', (code, reason) => {
      closed = { code, reason: reason.toString() };
      resolve();
    });
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  await over;
  socket.terminate();
  return { errors, closed };
}

interface Heard {
  readonly type: string;
  readonly payload?: unknown;
}
