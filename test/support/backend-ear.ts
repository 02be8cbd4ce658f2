import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What an application told Clerk. */
export interface Heard {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Stands between an application and the Backend API, changes nothing, and keeps what was said: no log of LocalClerk does. */
export class BackendEar {
  readonly heard: Heard[] = [];

  private constructor(
    readonly url: string,
    private readonly server: ReturnType<typeof createServer>,
  ) {}

  /** @param apiUrl of the Clerk behind it */
  static async before(apiUrl: string): Promise<BackendEar> {
    const server = createServer((request, response) => void ear.passOn(apiUrl, request, response));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const ear = new BackendEar(`http://127.0.0.1:${String(port)}`, server);
    return ear;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async passOn(
    apiUrl: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const body = await text(request);
    if (body !== '') this.heard.push({ path, body: JSON.parse(body) as Heard['body'] });
    const { authorization = '', 'content-type': type = '' } = headers;
    const answer = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { authorization, 'content-type': type },
      ...(body !== '' && { body }),
    });
    const given = answer.headers.get('content-type') ?? '';
    response.writeHead(answer.status, { 'content-type': given }).end(await answer.text());
  }
}
