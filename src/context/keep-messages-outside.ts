import type { WebSocketAdapter } from '@nestjs/common';
import type { ApplicationConfig } from '@nestjs/core';
import { isObservable, Observable } from 'rxjs';
import { runIn } from './session-scope.js';

type BindMessageHandlers = WebSocketAdapter['bindMessageHandlers'];
type Handler = Parameters<BindMessageHandlers>[1][number];

/**
 * Has the messages and hooks of all gateways run in no scope. The package `ws` with `perMessageDeflate` queues what comes together
 * with what goes out, for all its sockets: a message may be dispatched from within the request that has just sent
 * something, and its handler would take that caller for its own.
 */
export function keepMessagesOutside(application: ApplicationConfig): void {
  const set = application.setIoAdapter.bind(application);
  // Nest's own adapter comes this way as well, once it finds a gateway and no other.
  application.setIoAdapter = (adapter) => {
    keepOutside(adapter);
    set(adapter);
  };
}

/** Those of two applications, or of two Clerk instances, may be one. */
const kept = new WeakSet<WebSocketAdapter>();

function keepOutside(adapter: WebSocketAdapter): void {
  if (kept.has(adapter)) return;
  kept.add(adapter);
  const bindConnect = adapter.bindClientConnect.bind(adapter);
  const bindDisconnect = adapter.bindClientDisconnect?.bind(adapter);
  const bindMessages: BindMessageHandlers = adapter.bindMessageHandlers.bind(adapter);
  adapter.bindClientConnect = (server, hook): unknown => bindConnect(server, hookOutside(hook));
  adapter.bindMessageHandlers = (client, handlers, transform): unknown =>
    bindMessages(client, handlers.map(outside), transform);
  if (bindDisconnect === undefined) return;
  // Whoever closes a socket need not be the one behind it.
  adapter.bindClientDisconnect = (client, hook): unknown =>
    bindDisconnect(client, hookOutside(hook));
}

/** Nest declares hooks as `Function`. */
function hookOutside(hook: unknown): (...args: unknown[]) => unknown {
  return (...args) => runIn(undefined, () => (hook as (...args: unknown[]) => unknown)(...args));
}

function outside(handler: Handler): Handler {
  return {
    ...handler,
    callback: (...args: unknown[]) =>
      runIn(undefined, async () => answerOutside(await handler.callback(...args))),
  };
}

/** What a handler returns is subscribed to later, by whoever dispatched the message. */
function answerOutside(answer: unknown): unknown {
  return isObservable(answer)
    ? new Observable((subscriber) => runIn(undefined, () => answer.subscribe(subscriber)))
    : answer;
}
