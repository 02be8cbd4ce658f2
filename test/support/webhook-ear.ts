import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What arrived, as it arrived. */
export interface Heard {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An endpoint of webhooks that writes down what it hears, and answers as it is told. */
export class WebhookEar {
  readonly heard: Heard[] = [];
  status = 200;
  answer = '{"outcome":"handled"}';
  headers: Record<string, string> = {};
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', headers } = request;
        this.heard.push({ method, headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(this.status, this.headers).end(this.answer);
      });
    });
  }

  static async open(): Promise<WebhookEar> {
    const ear = new WebhookEar();
    await once(ear.#server.listen(0, '127.0.0.1'), 'listening');
    return ear;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${String(port)}/webhooks/clerk`;
  }

  /** The events heard, in the order of their arrival. */
  get events(): readonly Record<string, unknown>[] {
    return this.heard.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
