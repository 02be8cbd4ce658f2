import {
  carrierOf,
  joined,
  rawValues,
  readAskedSessionIds,
  type HttpRequest,
} from './http-request.js';
import type { IncomingRequest } from './incoming-request.js';

/** What the request that opened a connection says about the caller. */
export type Upgrade = Pick<
  IncomingRequest,
  'authorization' | 'cookie' | 'askedSessionIds' | 'sender'
>;

/**
 * Reads the request that opened a connection from its raw headers: Mercurius copies what a client sends later, of any
 * type, into `headers`.
 */
export function readUpgrade(request: HttpRequest): Upgrade {
  const carrier = carrierOf(request);
  return {
    authorization: rawValues(carrier, 'authorization'),
    cookie: joined(rawValues(carrier, 'cookie'), '; '),
    askedSessionIds: readAskedSessionIds(carrier),
    sender: {
      method: carrier.method ?? undefined,
      opensConnection: true,
      header: (name) => joined(rawValues(carrier, name), ', '),
    },
  };
}
