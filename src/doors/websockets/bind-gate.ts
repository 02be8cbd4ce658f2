import { ConfigurationError } from '../../errors/configuration-error.js';
import { GatedServer, type GatedGateway } from './gated-server.js';
import { gateSocketIo, recoversUnasked, type SocketIoServerLike } from './gate-socket-io.js';
import { gateWebSockets, type WebSocketServerLike } from './gate-web-sockets.js';

/** What a gateway's server came to. */
export interface Binding {
  readonly server: GatedServer;
  /** Whether it is one of the package `ws`, where an answer bears the name of an event. */
  readonly isNative: boolean;
  /** What must stop the boot. */
  readonly problem: ConfigurationError | undefined;
}

/** Several gateways may share a server. */
const known = new WeakMap<object, Binding>();

/**
 * Puts the gate of a gateway before its server, told by its shape: no platform is imported.
 *
 * @param gated without a gate where Nest handed the gateway none: then nobody is let in
 */
export function bindGate(
  server: object,
  gateway: object,
  gate: GatedGateway['gate'] | undefined,
): Binding {
  const binding = known.get(server) ?? bind(server, gateway.constructor.name);
  known.set(server, binding);
  if (gate !== undefined) {
    binding.server.add({ gateway, gate });
    return binding;
  }
  binding.server.shut();
  return { ...binding, problem: new ConfigurationError([unhanded(gateway.constructor.name)]) };
}

function bind(server: object, name: string): Binding {
  const gated = new GatedServer();
  if (isNative(server)) {
    gateWebSockets(server, gated);
    return { server: gated, isNative: true, problem: undefined };
  }
  if (!isSocketIo(server)) {
    gated.shut();
    return { server: gated, isNative: false, problem: new ConfigurationError([unknown(name)]) };
  }
  gateSocketIo(server, gated);
  if (!recoversUnasked(server)) return { server: gated, isNative: false, problem: undefined };
  gated.shut();
  return { server: gated, isNative: false, problem: new ConfigurationError([RECOVERY]) };
}

function isNative(server: object): server is WebSocketServerLike {
  const { options, handleUpgrade } = server as { options?: unknown; handleUpgrade?: unknown };
  return typeof options === 'object' && options !== null && typeof handleUpgrade === 'function';
}

function isSocketIo(server: object): server is SocketIoServerLike {
  const { use, prependListener } = server as { use?: unknown; prependListener?: unknown };
  return typeof use === 'function' && typeof prependListener === 'function';
}

const RECOVERY =
  'The option connectionStateRecovery of socket.io lets sockets come back without asking the gate: write ' +
  '{ skipMiddlewares: false } into it.';

function unknown(name: string): string {
  return (
    `@GuardConnections() on ${name} knows no server of this kind, so nobody stands before its connections: use ` +
    'socket.io or the package ws.'
  );
}

function unhanded(name: string): string {
  return (
    `@GuardConnections() on ${name} was handed nothing by Nest, so its connections cannot be judged: it must be a plain ` +
    'class among the providers, not made by a factory, and neither it nor what it injects may be request-scoped.'
  );
}
