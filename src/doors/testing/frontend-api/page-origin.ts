import type { IncomingHttpHeaders } from 'node:http';
import { isLoopbackUrl } from '../http/loopback.js';

/**
 * Of which page the question is, as `azp` says it. Browsers leave `Origin` out of a GET to the page's own origin, and still
 * say in `Referer` where they are. `undefined` for programs such as curl.
 */
export function pageOriginOf({ origin, referer = '' }: IncomingHttpHeaders): string | undefined {
  return origin ?? (isLoopbackUrl(referer) ? new URL(referer).origin : undefined);
}
