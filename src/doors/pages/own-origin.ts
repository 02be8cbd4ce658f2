/** What both adapters say of the connection, forwarded headers included where a proxy is trusted. */
interface Addressed {
  readonly protocol?: unknown;
  readonly host?: unknown;
}

/** A scheme that pages have, and a host with a port as URLs write them; anything else is somebody's invention. */
const ORIGIN = /^https?:\/\/(?:\[[\da-f:.]{2,45}\]|[\w.-]{1,255})(?::\d{1,5})?$/i;

/**
 * The origin under which the browser sees this application, as the adapter tells it; `undefined` where nobody can say.
 * Express and Fastify know whether a proxy may say otherwise: no header is read here.
 */
export function ownOriginOf({ protocol, host }: Addressed): string | undefined {
  if (typeof protocol !== 'string' || typeof host !== 'string') return undefined;
  const written = `${protocol}://${host}`;
  return ORIGIN.test(written) && URL.canParse(written) ? new URL(written).origin : undefined;
}
