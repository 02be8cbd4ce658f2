/** Node's response, of HTTP/1 or HTTP/2, as much as is used here. */
interface NodeResponse {
  readonly headersSent: boolean;
  getHeader(name: string): HeaderValue | undefined;
  setHeader(name: string, value: HeaderValue): unknown;
  removeHeader(name: string): void;
  writeHead(status: number, ...rest: readonly unknown[]): unknown;
}

type HeaderValue = string | number | readonly string[];

/** What was put onto a response, and what had been there before. */
interface Proposed {
  readonly value: string;
  readonly before: HeaderValue | undefined;
}

/** Responses that refusals have put header fields onto. */
const proposals = new WeakMap<NodeResponse, Map<string, Proposed>>();

/**
 * Puts the header fields of a refusal onto the response before anybody answers: an exception filter of the application
 * then sends them without knowing of them. If the answer is a success or a redirect after all, because another guard
 * let the caller in, they are taken off again.
 */
export function proposeHeaders(response: unknown, fields: Readonly<Record<string, string>>): void {
  const raw = nodeResponseOf(response);
  if (raw === undefined || raw.headersSent) return;
  for (const [name, value] of Object.entries(fields)) {
    const known = proposals.get(raw) ?? watched(raw);
    const before = known.has(name) ? known.get(name)?.before : raw.getHeader(name);
    known.set(name, { value, before });
    raw.setHeader(name, value);
  }
}

/** Fastify wraps Node's response, and hands its own fields to `writeHead` at the end; Node adds those set before. */
function nodeResponseOf(response: unknown): NodeResponse | undefined {
  const { raw } = Object(response) as { readonly raw?: unknown };
  return [raw, response].find(isNodeResponse);
}

function isNodeResponse(value: unknown): value is NodeResponse {
  const { setHeader, writeHead } = Object(value) as Partial<NodeResponse>;
  return typeof setHeader === 'function' && typeof writeHead === 'function';
}

/** Every way to send headers ends in `writeHead`, also that of Node's own `end()`. */
function watched(raw: NodeResponse): Map<string, Proposed> {
  const proposed = new Map<string, Proposed>();
  proposals.set(raw, proposed);
  const writeHead = raw.writeHead.bind(raw);
  raw.writeHead = (status, ...rest) => {
    if (status < 400) withdraw(raw, proposed);
    return writeHead(status, ...rest);
  };
  return proposed;
}

/** What somebody else has set since is theirs. */
function withdraw(raw: NodeResponse, proposed: ReadonlyMap<string, Proposed>): void {
  for (const [name, { value, before }] of proposed) {
    if (raw.headersSent || raw.getHeader(name) !== value) continue;
    if (before === undefined) raw.removeHeader(name);
    else raw.setHeader(name, before);
  }
}
