import { headerValues, type AnyHeaders } from './header-values.js';
import type { IncomingRequest, Sender } from './incoming-request.js';
import { QueryParameter } from './query-parameter.js';

/**
 * As much of a request as is read here: Node's, Express's, Fastify's or a fetch `Request`, or a plain object of that
 * shape, whose header names may be written in any case.
 */
export interface HttpRequest {
  /** Node's own, a fetch `Headers`, or an object. */
  readonly headers: AnyHeaders;
  /** Of Node, which shows headers that came twice. */
  readonly rawHeaders?: readonly string[] | null | undefined;
  /** Such as `GET`; without one, a cookie is judged like that of a POST. */
  readonly method?: string | null | undefined;
  /** As the handler reads it. */
  readonly url?: string | { readonly href: string } | null | undefined;
  /** As it was sent, where something rewrites URLs. */
  readonly originalUrl?: string | { readonly href: string } | null | undefined;
  /** Parameters of the route. */
  readonly params?: unknown;
  /** Parameters of the URL, as the adapter parsed them. */
  readonly query?: unknown;
  /** The request that this one wraps (Fastify). */
  readonly raw?: unknown;
}

const SESSION_ID_PARAMETER = new QueryParameter('_clerk_session_id');

/** A request of either adapter. Nothing of it is read before somebody asks: most guards find an answer on its carrier. */
export function readHttpRequest(request: HttpRequest): IncomingRequest {
  return new IncomingHttpRequest(carrierOf(request), request);
}

class IncomingHttpRequest implements IncomingRequest {
  readonly lasting = false;
  readonly socket = undefined;

  constructor(
    readonly carrier: HttpRequest,
    readonly origin: object,
  ) {}

  get authorization(): readonly string[] {
    return readAuthorization(this.carrier);
  }

  get cookie(): string | undefined {
    return joined(headerValues(this.carrier, 'cookie'), '; ');
  }

  get askedSessionIds(): readonly string[] {
    return readAskedSessionIds(this.carrier);
  }

  get sender(): Sender {
    return senderOf(this.carrier);
  }
}

/** Fastify wraps Node's request, and its middleware sees only the wrapped one: both must find the same slot. */
export function carrierOf(request: HttpRequest): HttpRequest {
  return isHttpRequest(request.raw) ? request.raw : request;
}

/** Whether a value can be read as a request at all. */
export function isHttpRequest(value: unknown): value is HttpRequest {
  if (typeof value !== 'object' || value === null || !('headers' in value)) return false;
  return typeof value.headers === 'object' && value.headers !== null;
}

function readAuthorization(request: HttpRequest): readonly string[] {
  const values = headerValues(request, 'authorization');
  if (values.length !== 1) return values;
  // Node keeps the first of several Authorization headers and drops the rest: only the raw list shows the others.
  const all = rawValues(request, 'authorization');
  return all.length > 1 ? all : values;
}

/** Every value of a header as it was sent, where Node tells; `name` in lower case. */
export function rawValues({ rawHeaders }: HttpRequest, name: string): readonly string[] {
  const found: string[] = [];
  const raw = rawHeaders ?? [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const written = raw[at] ?? '';
    if (written.length === name.length && written.toLowerCase() === name) {
      found.push(raw[at + 1] ?? '');
    }
  }
  return found;
}

export function joined(values: readonly string[], separator: string): string | undefined {
  return values.length < 2 ? values[0] : values.join(separator);
}

function senderOf(request: HttpRequest): Sender {
  return {
    method: request.method ?? undefined,
    opensConnection: false,
    header: (name) => joined(headerValues(request, name), ', '),
  };
}

/**
 * Reads the URL itself, because `req.query` depends on the adapter and on the application's query parser. A URL that
 * was rewritten on its way is what the handler reads: it is read as well as the one that was sent.
 */
export function readAskedSessionIds({ originalUrl, url }: HttpRequest): readonly string[] {
  const asked = SESSION_ID_PARAMETER.valuesIn(textOf(originalUrl ?? url));
  if (originalUrl === url || originalUrl === undefined || originalUrl === null) return asked;
  const rewritten = SESSION_ID_PARAMETER.valuesIn(textOf(url));
  const isSame = rewritten.every((id, at) => id === asked[at]) && rewritten.length === asked.length;
  return isSame ? asked : [...asked, ...rewritten];
}

/** Every form of the URL: as it was sent, and as routers and rewriting left it. */
export function urlsOf(request: HttpRequest): readonly string[] {
  const carrier = carrierOf(request);
  const urls = [request.originalUrl, request.url, carrier.originalUrl, carrier.url];
  return [...new Set(urls.map(textOf))];
}

function textOf(url: HttpRequest['url']): string {
  const text = typeof url === 'object' ? url?.href : url;
  return typeof text === 'string' ? text : '';
}
