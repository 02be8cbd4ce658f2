import { bearerOf } from './explicit-credentials.js';
import { rawValues, type HttpRequest } from './http-request.js';
import type { IncomingRequest } from './incoming-request.js';
import { readUpgrade } from './upgrade-request.js';

/** Says that the subprotocol behind it is a token: a browser can send nothing else with a WebSocket. */
const MARKER = 'clerk.session';

/** As much of a socket of socket.io as is read before it is let in. */
export interface SocketIoHandshake {
  readonly request: HttpRequest;
  readonly handshake: { readonly auth: unknown };
  readonly conn: { readonly protocol: number };
}

/** The request that opens a WebSocket: its headers, or its subprotocols. */
export function readWebSocketUpgrade(request: HttpRequest): IncomingRequest {
  return withExplicit(subprotocolToken(request), request);
}

/**
 * The handshake of a socket of socket.io. Several namespaces share one request, each with an `auth` of its own: the
 * carrier is new each time.
 */
export function readSocketIoHandshake(socket: SocketIoHandshake): IncomingRequest {
  // Clients of version 2 write `auth` into the URL of the namespace.
  const auth = socket.conn.protocol === 3 ? undefined : socket.handshake.auth;
  const { token } = Object(auth) as { readonly token?: unknown };
  return withExplicit(bearerOf(token), socket.request);
}

function withExplicit(explicit: readonly string[], request: HttpRequest): IncomingRequest {
  const { authorization, cookie, askedSessionIds, sender } = readUpgrade(request);
  return {
    carrier: {},
    lasting: false,
    socket: undefined,
    authorization: [...explicit, ...authorization],
    cookie,
    askedSessionIds,
    sender,
  };
}

/** The marker comes first and the token behind it: the server answers with the first, and never with a token. */
function subprotocolToken(request: HttpRequest): readonly string[] {
  const offered = rawValues(request, 'sec-websocket-protocol')
    .flatMap((value) => value.split(','))
    .map((protocol) => protocol.trim());
  if (!offered.includes(MARKER)) return [];
  return bearerOf(offered[0] === MARKER ? (offered[1] ?? null) : null);
}
