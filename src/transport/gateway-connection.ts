import type { Connection, EndReason } from './connection.js';
import { closedWith, type WebSocketLike } from './web-socket.js';

/** The clients of the package `ws` take 4401 for what HTTP calls 401; the reason is the code. */
const CLOSE_CODES: Readonly<Record<EndReason, number>> = {
  token_expired: 4401,
  session_not_active: 4401,
};

/** As much of a client of the package `ws` as is used here. */
export interface WebSocketClient extends WebSocketLike {
  send(text: string): void;
}

/** As much of a socket of socket.io as is used here. */
export interface SocketIoClient {
  readonly connected: boolean;
  readonly conn: { close(): void };
  emit(event: string, data: object): unknown;
  disconnect(): unknown;
  once(event: 'disconnect', listener: () => void): unknown;
}

/** Makes the words in which a client is told why its connection ends. */
export type Farewell = (reason: EndReason) => object;

export function webSocketConnection(client: WebSocketClient): Connection {
  return {
    ...closedWith(CLOSE_CODES, client, client),
    remind: (endsAt) => {
      client.send(JSON.stringify({ event: 'clerk:expiring', data: { endsAt } }));
    },
  };
}

/** Clients of socket.io come back by themselves after the transport closed, and never after they were disconnected. */
export function socketIoConnection(socket: SocketIoClient, farewell: Farewell): Connection {
  return {
    key: socket,
    isOpen: () => socket.connected,
    end: (reason) => {
      if (!socket.connected) return;
      socket.emit('exception', farewell(reason));
      if (reason === 'token_expired') socket.conn.close();
      else socket.disconnect();
    },
    onceClosed: (callback) => {
      socket.once('disconnect', callback);
    },
    remind: (endsAt) => {
      socket.emit('clerk:expiring', { endsAt });
    },
  };
}
