import { isObject } from './fields.js';
import type { IncomingRequest } from './incoming-request.js';

/**
 * A message of a gateway's client. Its credential was read when the connection was opened: the message bears none, and
 * what a client writes into one proves nothing.
 */
export function readSocketMessage(args: readonly unknown[]): IncomingRequest | undefined {
  const client = args[0];
  return isObject(client) ? new SocketMessage(client, args) : undefined;
}

const NOTHING: readonly string[] = [];

class SocketMessage implements IncomingRequest {
  readonly lasting = true;
  readonly socket = undefined;
  readonly authorization = NOTHING;
  readonly cookie = undefined;
  readonly askedSessionIds = NOTHING;
  readonly sender = undefined;

  /** @param message the arguments of the handler: Nest makes one list for all guards of a message */
  constructor(
    readonly carrier: object,
    readonly message: object,
  ) {}
}
