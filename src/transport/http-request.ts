import type { IncomingRequest } from './incoming-request.js';

/** As much of a request as is read here: Node's, Express's or Fastify's, or a plain object of that shape. */
export interface HttpRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly rawHeaders?: readonly string[] | undefined;
  readonly url?: string | undefined;
  readonly originalUrl?: string | undefined;
  readonly params?: unknown;
  readonly raw?: unknown;
}

const SESSION_ID_PARAMETER = '_clerk_session_id';
const NOTHING: readonly string[] = [];

/** Reads a request of either adapter. Costs next to nothing where there is nothing to read. */
export function readHttpRequest(request: HttpRequest): IncomingRequest {
  const carrier = carrierOf(request);
  return {
    carrier,
    authorization: readAuthorization(carrier),
    cookie: joined(carrier.headers.cookie),
    askedSessionIds: readAskedSessionIds(urlOf(carrier)),
  };
}

/** Fastify wraps Node's request, and its middleware sees only the wrapped one: both must find the same slot. */
export function carrierOf(request: HttpRequest): HttpRequest {
  return isHttpRequest(request.raw) ? request.raw : request;
}

/** Whether a value can be read as a request at all. */
function isHttpRequest(value: unknown): value is HttpRequest {
  if (typeof value !== 'object' || value === null || !('headers' in value)) return false;
  return typeof value.headers === 'object' && value.headers !== null;
}

function readAuthorization({ headers, rawHeaders }: HttpRequest): readonly string[] {
  const value = headers.authorization;
  if (value === undefined) return NOTHING;
  if (typeof value !== 'string') return value;
  // Node keeps the first of several Authorization headers and drops the rest: only the raw list shows the others.
  const all = rawHeaders === undefined ? NOTHING : rawAuthorization(rawHeaders);
  return all.length > 1 ? all : [value];
}

function rawAuthorization(rawHeaders: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === 13 && name.toLowerCase() === 'authorization') {
      found.push(rawHeaders[at + 1] ?? '');
    }
  }
  return found;
}

function joined(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join('; ') : value;
}

/**
 * Reads the URL itself, because `req.query` depends on the adapter and on the application's query parser.
 * `_clerk_session_id[]=x` and its like are lists to some of those parsers: they count as an id that is none.
 */
function readAskedSessionIds(url: string): readonly string[] {
  if (!url.includes('?')) return NOTHING;
  const found: string[] = [];
  for (const [name, value] of queryIn(url)) {
    if (name === SESSION_ID_PARAMETER) found.push(value);
    if (name.startsWith(`${SESSION_ID_PARAMETER}[`)) found.push('');
  }
  return found;
}

/** The URL as it was sent: Express shortens `url` below a mounted path. */
export function urlOf({ originalUrl, url }: HttpRequest): string {
  return originalUrl ?? url ?? '';
}

/** The query of a URL; empty where there is none. */
export function queryIn(url: string): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
}
