import { sessionOn } from '../session/session-on.js';
import type { Session } from '../session/session.js';
import { carrierOf, type HttpRequest } from '../transport/http-request.js';

/**
 * The session of a request, wherever one holds it: in an interceptor, a logger, another guard. Takes what Express,
 * Fastify or Node call a request. `null` when no session was proved, or when neither guard nor
 * `ClerkSessionMiddleware` has looked yet.
 */
export function sessionOf(request: HttpRequest): Session | null {
  return sessionOn(carrierOf(request));
}
