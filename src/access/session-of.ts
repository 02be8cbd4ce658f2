import { sessionIn } from '../session/caller-in.js';
import { knownOn } from '../session/request-slot.js';
import type { Session } from '../session/session.js';
import { carrierOf, type HttpRequest } from '../transport/http-request.js';

/**
 * The session of a request, wherever one holds it: in an interceptor, a logger, another guard. Takes what Express,
 * Fastify or Node call a request. The session that the guard let in; before that the one that `ClerkSessionMiddleware`
 * saw. `null` when no session was proved, or when neither has looked yet.
 */
export function sessionOf(request: HttpRequest): Session | null {
  return sessionIn(knownOn(carrierOf(request)));
}
