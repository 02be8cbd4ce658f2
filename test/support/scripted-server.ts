import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that the server received. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/** What a call is answered with; `turn` counts the calls to that path, from 1. */
export type Script = (turn: number, received: Received) => Scripted | Promise<Scripted>;

export interface Scripted {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server on a loopback port that plays a part which `LocalClerk` does not: answers that change from call to call. */
export class ScriptedServer {
  readonly received: Received[] = [];

  private constructor(
    readonly url: string,
    private readonly server: ReturnType<typeof createServer>,
  ) {}

  static async start(script: Script): Promise<ScriptedServer> {
    const server = createServer((request, response) => void played.play(script, request, response));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const played = new ScriptedServer(`http://127.0.0.1:${String(port)}`, server);
    return played;
  }

  to(path: string): Received[] {
    return this.received.filter((received) => received.path === path);
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  private async play(
    script: Script,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const received = { method, path, authorization: headers.authorization };
    this.received.push(received);
    request.resume();
    const said = await script(this.to(path).length, received);
    const type = { 'content-type': 'application/json' };
    response.writeHead(said.status, { ...type, ...said.headers });
    response.end(typeof said.body === 'string' ? said.body : JSON.stringify(said.body ?? {}));
  }
}
