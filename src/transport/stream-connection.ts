import type { Connection } from './connection.js';
import { carrierOf, type HttpRequest } from './http-request.js';

/** As much of Node's response as is used here, of HTTP/1 or HTTP/2; Fastify's reply bears it as `raw`. */
interface NodeResponse {
  readonly writableEnded: boolean;
  readonly destroyed?: boolean | undefined;
  /** Of HTTP/2 alone, whose response never says that it is destroyed. */
  readonly stream?: Outlet | null | undefined;
  readonly socket?: (Outlet & { destroySoon(): void }) | null | undefined;
  end(): void;
  on(event: 'error', listener: () => void): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/** What a response goes out through: a socket, or the stream of HTTP/2. */
interface Outlet {
  readonly destroyed: boolean;
  /** What the client has not taken yet. */
  readonly writableLength: number;
  destroy(): void;
}

/**
 * An event stream. Nest stops its source when the socket closes, not when the response ends: over HTTP/1 the socket is
 * closed as well, or the source would go on for as long as the connection is kept alive. Over HTTP/2 that would end
 * every stream of the client, and ending this one does close it.
 */
export function streamConnection(request: HttpRequest, response: unknown): Connection | undefined {
  const node = rawResponse(response);
  if (node === undefined) return undefined;
  return {
    key: carrierOf(request),
    isOpen: () => !node.writableEnded && node.destroyed !== true && node.stream?.destroyed !== true,
    end: () => {
      end(node);
    },
    onceClosed: (callback) => {
      node.once('close', callback);
    },
  };
}

function end(node: NodeResponse): void {
  const { socket, stream } = node;
  const outlet = stream ?? socket;
  // A client that does not read would never let it end.
  const isStuck = outlet !== null && outlet !== undefined && outlet.writableLength > 0;
  // The source goes on until the socket is closed, and Nest writes what it says: an error that nobody listens to, of a
  // response that has ended, would end the process.
  node.on('error', () => undefined);
  node.end();
  if (isStuck) outlet.destroy();
  else if (stream === undefined || stream === null) socket?.destroySoon();
}

function rawResponse(response: unknown): NodeResponse | undefined {
  const { raw } = Object(response) as { readonly raw?: unknown };
  const node = (raw ?? response) as Partial<NodeResponse> | undefined;
  return typeof node?.end === 'function' && typeof node.once === 'function'
    ? (node as NodeResponse)
    : undefined;
}
