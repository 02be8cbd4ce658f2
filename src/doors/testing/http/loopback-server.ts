import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readAsked } from './asked.js';
import type { Asked } from './asked.js';
import { isLoopbackUrl } from './loopback.js';
import { clerkError } from './reply.js';
import type { Answer, Reply } from './reply.js';

type Responder = (asked: Asked) => Promise<Reply>;

/** An HTTP server for callers on this very machine. */
export class LoopbackServer {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** @param host a loopback address, which the caller has checked */
  static async listen(port: number, host: string, reply: Responder): Promise<LoopbackServer> {
    const server = createServer((request, response) => void respond(request, response, reply));
    await once(server.listen(port, host), 'listening');
    const bound = server.address() as AddressInfo;
    const name = host.includes(':') ? `[${host}]` : host;
    return new LoopbackServer(server, `http://${name}:${String(bound.port)}`);
  }

  /** Ends every connection at once, kept alive or waiting for an answer. Harmless when done twice. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    this.#server.closeAllConnections();
    await closed;
  }
}

/** Never rejects, and never tells what went wrong inside. */
async function respond(request: IncomingMessage, response: ServerResponse, reply: Responder) {
  try {
    deliver(await replyTo(request, reply), response);
  } catch {
    const message = 'Something inside LocalClerk, or a clock or answer given to it, failed';
    deliver(clerkError(500, 'internal_clerk_error', message), response);
  }
}

async function replyTo(request: IncomingMessage, reply: Responder): Promise<Reply> {
  // DNS rebinding: a web page whose name was made to point here still sends its own name.
  if (!isLoopbackUrl(`http://${request.headers.host ?? ''}`)) return foreignHostRefused();
  const asked = await readAsked(request);
  return asked === undefined ? tooLarge() : reply(asked);
}

function deliver(reply: Reply, response: ServerResponse): void {
  switch (reply.kind) {
    case 'answer':
      response.writeHead(reply.status, reply.headers).end(reply.body);
      return;
    case 'break':
      response.destroy();
      return;
    case 'silence':
      return;
    default:
      reply satisfies never;
  }
}

function foreignHostRefused(): Answer {
  return clerkError(403, 'host_refused', 'This Clerk answers to loopback names only');
}

function tooLarge(): Answer {
  return clerkError(413, 'request_body_too_large', 'The body is larger than 64 kB');
}
