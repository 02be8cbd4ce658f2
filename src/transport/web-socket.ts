import type { Connection, EndReason } from './connection.js';

const OPEN = 1;

/** As much of a WebSocket of the package `ws` as is used to end it. */
export interface WebSocketLike {
  readonly readyState: unknown;
  close(code: number, reason: string): void;
  once(event: 'close', listener: () => void): unknown;
}

export function isWebSocket(socket: object | undefined): socket is WebSocketLike {
  return socket !== undefined && 'readyState' in socket && typeof socket.readyState === 'number';
}

/** A WebSocket that is ended with a code of its protocol; the reason is the code of the refusal. */
export function closedWith(
  codes: Readonly<Record<EndReason, number>>,
  key: object,
  socket: WebSocketLike,
): Connection {
  return {
    key,
    isOpen: () => socket.readyState === OPEN,
    end: (reason) => {
      socket.close(codes[reason], reason);
    },
    onceClosed: (callback) => {
      socket.once('close', callback);
    },
  };
}
