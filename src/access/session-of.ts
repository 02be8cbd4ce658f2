import { sessionIn } from '../session/caller-in.js';
import { knownOn } from '../session/request-slot.js';
import type { Session } from '../session/session.js';
import { carrierOf, type HttpRequest } from '../transport/http-request.js';

/**
 * The session of a request or connection, wherever one holds it: in an interceptor, a logger, another guard, the
 * `handleConnection` of a gateway. The session that the guard or gate let in; before that the one that
 * `ClerkSessionMiddleware` saw. `null` when no session was proved, or when nobody has looked yet.
 *
 * @param carrier what Express, Fastify or Node call a request, the client of a gateway, the context of a GraphQL
 * operation over a socket, or the context of a message
 */
export function sessionOf(carrier: object): Session | null {
  return sessionIn(knownOn(carrierOf(carrier as HttpRequest)));
}
