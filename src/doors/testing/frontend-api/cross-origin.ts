import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from '../http/reply.js';

const METHODS = 'GET, POST, PUT, PATCH, DELETE';

/** For how long a browser may remember what it was told, in seconds. */
const REMEMBERED = '600';

/** The answer as a page of that origin may read it (Fetch standard, CORS). With cookies `*` would count for nothing. */
export function readableBy(origin: string | undefined, answer: Answer): Answer {
  if (origin === undefined) return answer;
  const headers = {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    vary: 'Origin',
  };
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** The answer to a browser that asks beforehand whether it may ask. */
export function preflight(asked: IncomingHttpHeaders): Answer {
  const headers = {
    'access-control-allow-methods': METHODS,
    'access-control-allow-headers': asked['access-control-request-headers'] ?? '',
    'access-control-max-age': REMEMBERED,
  };
  return { kind: 'answer', status: 204, headers, body: '' };
}
