import { Inject, UseFilters, UseGuards } from '@nestjs/common';
import { SubscribeMessage } from '@nestjs/websockets';
import { AuthGuard } from '../../access/auth-guard.js';
import type { ConnectionGate } from '../../access/connection-gate.js';
import { markGated } from '../../access/gateway-mark.js';
import { Public } from '../../access/public.js';
import { RefusalFilter } from '../../access/refusal-filter.js';
import { CONNECTION_GATE } from '../../access/tokens.js';
import { bindGate, type Binding } from './bind-gate.js';

/** Where Nest puts the gate. */
const GATE: unique symbol = Symbol.for('nestjs-clerk-auth:gate-of-a-gateway');

/** The event by which a client hands in a later token; the name of the method as well, which no other has. */
const RENEW = 'clerk:renew';

type Method = (this: object, ...args: unknown[]) => unknown;

interface Gateway {
  [GATE]?: ConnectionGate;
  afterInit?: Method;
  onModuleInit?: Method;
  [RENEW]?: Method;
}

const gates = new WeakMap<object, ConnectionGate>();
const bindings = new WeakMap<object, Binding>();
/** The methods made here, so that none is made around itself. */
const made = new WeakSet<Method>();

/**
 * Puts Clerk before the connections of a gateway, on socket.io and on `ws`. Who may connect is what the class says, or
 * any session; a refused client is refused before Nest hears of it. Brings the guard for its messages, which belong to
 * whoever the connection was let in for. A connection ends with its token, unless its client sends a later one by
 * `clerk:renew`.
 *
 * @example
 * ```ts
 * @WebSocketGateway({ namespace: 'chat' })
 * @GuardConnections()
 * @RequireSession({ organization: true })
 * export class ChatGateway {
 *   handleConnection(client: Socket) { … sessionOf(client) … }
 *   onSessionRenewed(client: Socket, session: Session) { … }   // optional
 * }
 * ```
 * @throws ConfigurationError `configuration_invalid` at boot, where connections would get past the gate
 */
export function GuardConnections(): ClassDecorator {
  return (gateway) => {
    const prototype = gateway.prototype as Gateway;
    Inject(CONNECTION_GATE)(prototype, GATE);
    takeGate(prototype);
    hook(prototype);
    subscribeToRenewals(prototype);
    markGated(gateway);
    UseGuards(AuthGuard)(gateway);
    UseFilters(RefusalFilter)(gateway);
  };
}

/** A class that extends this one may have hooks of its own, which need not call ours: they are found when Nest hands over. */
function takeGate(prototype: Gateway): void {
  Object.defineProperty(prototype, GATE, {
    configurable: true,
    get(this: object): ConnectionGate | undefined {
      return gates.get(this);
    },
    set(this: Gateway, gate: ConnectionGate) {
      gates.set(this, gate);
      hook(this);
    },
  });
}

function hook(target: Gateway): void {
  const { afterInit, onModuleInit } = target;
  if (afterInit === undefined || !made.has(afterInit)) {
    put(target, 'afterInit', function (server, ...more) {
      bindOnce(this, server as object);
      return afterInit?.call(this, server, ...more);
    });
  }
  if (onModuleInit === undefined || !made.has(onModuleInit)) {
    // What is thrown in afterInit does not stop the boot; Nest calls this after it.
    put(target, 'onModuleInit', function () {
      const problem = bindings.get(this)?.problem;
      if (problem !== undefined) throw problem;
      return onModuleInit?.call(this);
    });
  }
}

function bindOnce(gateway: object, server: object): void {
  if (bindings.has(gateway)) return;
  bindings.set(gateway, bindGate(server, gateway, gates.get(gateway)));
}

function subscribeToRenewals(prototype: Gateway): void {
  if (Object.hasOwn(prototype, RENEW)) return;
  const renew = put(prototype, RENEW, function (client, token) {
    return answerRenewal(this, client as object, token);
  });
  const descriptor = { value: renew };
  SubscribeMessage(RENEW)(prototype, RENEW, descriptor);
  Public()(prototype, RENEW, descriptor);
}

/** `undefined` is no answer. */
async function answerRenewal(gateway: object, client: object, token: unknown): Promise<unknown> {
  const binding = bindings.get(gateway);
  if (binding?.server.isAnsweredBy(gateway) !== true) return undefined;
  const data = await binding.server.renew(client, token);
  return binding.isNative ? { event: 'clerk:renewed', data } : data;
}

function put(target: object, name: string, method: Method): Method {
  made.add(method);
  Object.defineProperty(target, name, { value: method, configurable: true, writable: true });
  return method;
}
