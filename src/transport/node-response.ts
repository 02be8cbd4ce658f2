/** Node's response, of HTTP/1 or HTTP/2, as much as is used here. */
export interface NodeResponse {
  readonly headersSent: boolean;
  getHeader(name: string): HeaderValue | undefined;
  setHeader(name: string, value: HeaderValue): unknown;
  removeHeader(name: string): void;
  writeHead(status: number, ...rest: readonly unknown[]): unknown;
  end(body?: string): unknown;
}

export type HeaderValue = string | number | readonly string[];

/** Fastify wraps Node's response, and hands its own fields to `writeHead` at the end; Node adds those set before. */
export function nodeResponseOf(response: unknown): NodeResponse | undefined {
  const { raw } = Object(response) as { readonly raw?: unknown };
  return [raw, response].find(isNodeResponse);
}

/**
 * Node's response where somebody took it over from Fastify (`reply.hijack()`) and has sent nothing: Fastify calls that
 * sent, answers nothing any more, and Nest would end it with 200, whatever was thrown.
 */
export function takenOverIn(response: unknown): NodeResponse | undefined {
  const { raw, sent } = Object(response) as { readonly raw?: unknown; readonly sent?: unknown };
  return sent === true && isNodeResponse(raw) && !raw.headersSent ? raw : undefined;
}

function isNodeResponse(value: unknown): value is NodeResponse {
  const { setHeader, writeHead } = Object(value) as Partial<NodeResponse>;
  return typeof setHeader === 'function' && typeof writeHead === 'function';
}
