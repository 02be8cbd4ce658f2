import { json } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { clientCookies } from './client-cookies.js';
import { clientOf } from './client-of.js';
import { clientResource } from './client-resource.js';
import type { Visit } from './visit.js';

/** An answer of the Frontend API. The client comes along with every one, so that clerk-js is never behind. */
export function respond(response: unknown, visit: Visit): Answer {
  const client = clientOf(visit);
  const answer = json(200, { response, client: client ? clientResource(client, visit) : null });
  const cookies = clientCookies(visit);
  if (cookies.length === 0) return answer;
  return { ...answer, headers: { ...answer.headers, 'set-cookie': cookies } };
}
