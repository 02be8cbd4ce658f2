/** Node's response, of HTTP/1 or HTTP/2, as much as is used here. */
export interface NodeResponse {
  readonly headersSent: boolean;
  getHeader(name: string): HeaderValue | undefined;
  setHeader(name: string, value: HeaderValue): unknown;
  removeHeader(name: string): void;
  writeHead(status: number, ...rest: readonly unknown[]): unknown;
}

export type HeaderValue = string | number | readonly string[];

/** Fastify wraps Node's response, and hands its own fields to `writeHead` at the end; Node adds those set before. */
export function nodeResponseOf(response: unknown): NodeResponse | undefined {
  const { raw } = Object(response) as { readonly raw?: unknown };
  return [raw, response].find(isNodeResponse);
}

function isNodeResponse(value: unknown): value is NodeResponse {
  const { setHeader, writeHead } = Object(value) as Partial<NodeResponse>;
  return typeof setHeader === 'function' && typeof writeHead === 'function';
}
