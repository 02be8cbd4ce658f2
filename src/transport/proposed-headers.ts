import { nodeResponseOf, type HeaderValue, type NodeResponse } from './node-response.js';

/** What was put onto a response, and what had been there before. */
interface Proposed {
  readonly value: string;
  readonly before: HeaderValue | undefined;
  readonly holds: (status: number) => boolean;
}

const isRefusal = (status: number): boolean => status >= 400;

/** Responses that refusals have put header fields onto. */
const proposals = new WeakMap<NodeResponse, Map<string, Proposed>>();

/**
 * Puts the header fields of a refusal onto the response before anybody answers: an exception filter of the application
 * then sends them without knowing of them. If the answer is a success or a redirect after all, because another guard
 * let the caller in, they are taken off again.
 *
 * @param holds with which status they belong on the response; left out, with that of a refusal
 */
export function proposeHeaders(
  response: unknown,
  fields: Readonly<Record<string, string>>,
  holds = isRefusal,
): void {
  const raw = nodeResponseOf(response);
  if (raw === undefined || raw.headersSent) return;
  for (const [name, value] of Object.entries(fields)) {
    const known = proposals.get(raw) ?? watched(raw);
    const before = known.has(name) ? known.get(name)?.before : raw.getHeader(name);
    known.set(name, { value, before, holds });
    raw.setHeader(name, value);
  }
}

/** Every way to send headers ends in `writeHead`, also that of Node's own `end()`. */
function watched(raw: NodeResponse): Map<string, Proposed> {
  const proposed = new Map<string, Proposed>();
  proposals.set(raw, proposed);
  const writeHead = raw.writeHead.bind(raw);
  raw.writeHead = (status, ...rest) => {
    withdraw(raw, proposed, status);
    return writeHead(status, ...rest);
  };
  return proposed;
}

/** What somebody else has set since is theirs. */
function withdraw(
  raw: NodeResponse,
  proposed: ReadonlyMap<string, Proposed>,
  status: number,
): void {
  for (const [name, { value, before, holds }] of proposed) {
    if (holds(status) || raw.headersSent || raw.getHeader(name) !== value) continue;
    if (before === undefined) raw.removeHeader(name);
    else raw.setHeader(name, before);
  }
}
