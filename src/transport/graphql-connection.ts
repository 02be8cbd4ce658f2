import type { Connection, EndReason } from './connection.js';
import type { GraphqlSocket } from './graphql-request.js';
import { closedWith, isWebSocket } from './web-socket.js';

/** Clients of graphql-ws come back by themselves after 4403, and take 4401 for final. */
const CLOSE_CODES: Readonly<Record<EndReason, number>> = {
  token_expired: 4403,
  session_not_active: 4401,
};

interface TcpSocketLike {
  readonly destroyed: boolean;
  destroy(): void;
  once(event: 'close', listener: () => void): unknown;
}

/** The WebSocket of GraphQL operations. Mercurius hands out nothing but the TCP socket below it. */
export function graphqlConnection({ key, socket }: GraphqlSocket): Connection | undefined {
  if (isWebSocket(socket)) return closedWith(CLOSE_CODES, key, socket);
  if (!isTcpSocket(socket)) return undefined;
  return {
    key,
    isOpen: () => !socket.destroyed,
    end: () => {
      socket.destroy();
    },
    onceClosed: (callback) => {
      socket.once('close', callback);
    },
  };
}

function isTcpSocket(socket: object | undefined): socket is TcpSocketLike {
  return socket !== undefined && 'destroy' in socket && 'once' in socket && 'destroyed' in socket;
}
