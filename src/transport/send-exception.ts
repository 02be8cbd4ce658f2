interface Client {
  readonly readyState: unknown;
  readonly emit: unknown;
  readonly send: unknown;
}

/**
 * Tells the client of a WebSocket gateway what went wrong, by the event `exception`, as Nest's own filter does. The
 * `emit` of the package `ws` reaches nobody but this process: there the message is sent as Nest's adapter writes them.
 */
export function sendException(client: unknown, exception: object): void {
  const { readyState, emit, send } = Object(client) as Partial<Client>;
  try {
    if (typeof readyState === 'number' && typeof send === 'function') {
      send.call(client, JSON.stringify({ event: 'exception', data: exception }));
    } else if (typeof emit === 'function') {
      emit.call(client, 'exception', exception);
    }
  } catch {
    // The client has gone: there is nobody left to tell.
  }
}
