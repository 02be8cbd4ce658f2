import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request, read to its end. */
export interface Asked {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Of this server, whatever `Host` says. */
  readonly port: number | undefined;
}

/** What the body of a request says, by name; the query of a GET, which has no body. */
export type Fields = Readonly<Record<string, unknown>>;

/** In bytes. */
const BODY_LIMIT = 64 * 1024;

/** `undefined` for a body above 64 kB. */
export async function readAsked(request: IncomingMessage): Promise<Asked | undefined> {
  const body = await readBody(request);
  if (body === undefined) return undefined;
  const { method = '', headers, url = '', socket } = request;
  const [path = '', ...query] = url.split('?');
  return { method, path, query: query.join('?'), headers, body, port: socket.localPort };
}

/** Reads a JSON object or an HTML form; no body is no fields; `undefined` when it is neither. Of a GET it is the query. */
export function readFields({ method, query, headers, body }: Asked): Fields | undefined {
  if (method === 'GET') return Object.fromEntries(new URLSearchParams(query));
  if (body === '') return {};
  // `curl -d '{…}'` labels its JSON as a form.
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  if (isForm && !body.startsWith('{')) return Object.fromEntries(new URLSearchParams(body));
  return readJsonObject(body);
}

/** What lies beyond the limit is read and thrown away: hanging up in the middle would lose the answer. */
async function readBody(request: AsyncIterable<Buffer>): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
  }
  return size <= BODY_LIMIT ? Buffer.concat(chunks).toString('utf8') : undefined;
}

function readJsonObject(body: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
