import { readFields } from './asked.js';
import type { Asked, Fields } from './asked.js';
import { clerkError, notFound } from './reply.js';
import type { Answer } from './reply.js';

/** Gets the fields of the body, then the segments of the path that stand at the colons, in their order. */
export type RouteAnswer = (fields: Fields, ...segments: string[]) => Answer;

/** One line of a table of routes. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Segments that begin with a colon match any one segment. */
  readonly path: string;
  readonly answer: RouteAnswer;
}

export function get(path: string, answer: RouteAnswer): Route {
  return { method: 'GET', path, answer };
}

export function post(path: string, answer: RouteAnswer): Route {
  return { method: 'POST', path, answer };
}

export function put(path: string, answer: RouteAnswer): Route {
  return { method: 'PUT', path, answer };
}

export function patch(path: string, answer: RouteAnswer): Route {
  return { method: 'PATCH', path, answer };
}

/** `delete` is a word of the language. */
export function del(path: string, answer: RouteAnswer): Route {
  return { method: 'DELETE', path, answer };
}

/** The answer of the first route that fits, else 404. */
export function answerFrom(routes: readonly Route[], asked: Asked): Answer {
  for (const route of routes) {
    const segments = segmentsOf(asked, route);
    if (segments === undefined) continue;
    const fields = readFields(asked);
    return fields === undefined ? malformed() : route.answer(fields, ...segments);
  }
  return notFound('Resource');
}

/** What stands where the route has colons; `undefined` when the route does not fit. */
function segmentsOf(asked: Asked, route: Route): string[] | undefined {
  const given = asked.path.split('/');
  const wanted = route.path.split('/');
  if (asked.method !== route.method || given.length !== wanted.length) return undefined;
  const fits = wanted.every((segment, at) => segment.startsWith(':') || segment === given[at]);
  return fits ? given.filter((_, at) => wanted[at]?.startsWith(':')) : undefined;
}

function malformed(): Answer {
  const message = 'The body is neither a JSON object nor a form';
  return clerkError(400, 'request_body_invalid', message);
}
