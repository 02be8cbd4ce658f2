import type { IncomingRequest } from '../../transport/incoming-request.js';

/** A request as it would be with another `Cookie` header. */
export function withCookie(request: IncomingRequest, cookie: string): IncomingRequest {
  return {
    carrier: request.carrier,
    origin: request.origin,
    lasting: request.lasting,
    socket: request.socket,
    authorization: request.authorization,
    cookie,
    askedSessionIds: request.askedSessionIds,
    sender: request.sender,
  };
}

/** From now on the request has these cookies, for whoever reads it: other guards, the handler, its template. */
export function putCookie({ carrier }: IncomingRequest, cookie: string): void {
  const { headers } = carrier as { readonly headers: Record<string, unknown> };
  if (cookie === '') delete headers.cookie;
  else headers.cookie = cookie;
}
