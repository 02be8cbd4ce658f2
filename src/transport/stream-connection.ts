import type { Connection } from './connection.js';
import { carrierOf, type HttpRequest } from './http-request.js';

/** As much of Node's response as is used here, of HTTP/1 or HTTP/2; Fastify's reply bears it as `raw`. */
interface NodeResponse {
  readonly writableEnded: boolean;
  readonly destroyed: boolean;
  readonly stream?: unknown;
  readonly socket?: { destroySoon(): void } | null | undefined;
  end(): void;
  once(event: 'close', listener: () => void): unknown;
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
    isOpen: () => !node.writableEnded && !node.destroyed,
    end: () => {
      const { socket, stream } = node;
      node.end();
      if (stream === undefined) socket?.destroySoon();
    },
    onceClosed: (callback) => {
      node.once('close', callback);
    },
  };
}

function rawResponse(response: unknown): NodeResponse | undefined {
  const { raw } = Object(response) as { readonly raw?: unknown };
  const node = (raw ?? response) as Partial<NodeResponse> | undefined;
  return typeof node?.end === 'function' && typeof node.once === 'function'
    ? (node as NodeResponse)
    : undefined;
}
