import { messageOf } from '../../access/refusal-message.js';
import { socketIoConnection, type SocketIoClient } from '../../transport/gateway-connection.js';
import {
  readSocketIoHandshake,
  type SocketIoHandshake,
} from '../../transport/handshake-request.js';
import type { Admission, GatedServer } from './gated-server.js';

type Socket = SocketIoClient & SocketIoHandshake;

interface ServerOptions {
  readonly connectionStateRecovery?: { readonly skipMiddlewares?: boolean };
}

/** As much of a server or namespace of socket.io as is used here. */
export interface SocketIoServerLike {
  /** Of a namespace: the server that it belongs to. */
  readonly server?: { readonly opts?: ServerOptions };
  readonly opts?: ServerOptions;
  use(middleware: (socket: Socket, next: (error?: Error) => void) => void): unknown;
  prependListener(event: 'connect', listener: (socket: Socket) => void): unknown;
}

/** Asks before a socket is connected, and so before Nest hears of it. */
export function gateSocketIo(server: SocketIoServerLike, gated: GatedServer): void {
  const admissions = new WeakMap<object, Admission>();
  server.use((socket, next) => {
    void gated.knock(readSocketIoHandshake(socket)).then((knock) => {
      if (knock.kind === 'in') {
        admissions.set(socket, knock.admission);
        next();
      } else if (knock.kind === 'out') {
        next(Object.assign(new Error(knock.refusal.message), { data: messageOf(knock.refusal) }));
      } else {
        next(new Error('Internal server error'));
      }
    });
  });
  // socket.io says `connect` before `connection`, which Nest listens to.
  server.prependListener('connect', (socket) => {
    const admission = admissions.get(socket);
    admissions.delete(socket);
    if (admission === undefined) socket.disconnect();
    else gated.letIn(socketIoConnection(socket, gated.farewell), admission);
  });
}

/** Whether sockets come back without being asked anything: socket.io's own default for its recovery. */
export function recoversUnasked({ server, opts }: SocketIoServerLike): boolean {
  const { connectionStateRecovery } = server?.opts ?? opts ?? {};
  return Boolean(connectionStateRecovery) && connectionStateRecovery?.skipMiddlewares !== false;
}
