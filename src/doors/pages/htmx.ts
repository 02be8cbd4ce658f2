import type { Visit } from '../../access/page-gate.js';
import { readCookieValues } from '../../credentials/cookie-values.js';
import { proposeHeaders } from '../../transport/proposed-headers.js';
import { addCookies } from '../../transport/response-cookies.js';
import { countLine, placeOf, readCount } from './loop-counts.js';
import { isBornByCookie } from './navigation-kind.js';
import { ownTargetOf, type HttpTarget } from './own-target.js';

/** A page that loads what it may not would come anew for ever: so once in ten seconds. */
const COUNT = '__clerk_htmx_count';

/**
 * Tells htmx, beside a 401, to ask for the whole page anew: that is a navigation, which can be sent to Clerk. A boosted
 * link is one by itself, to its own URL.
 *
 * @param origin of the page
 */
export function askForWholePage({ request, context }: Visit, origin: string): void {
  const { sender } = request;
  if (sender?.method !== 'GET' || sender.header('hx-request') !== 'true') return;
  const http = context.switchToHttp();
  const target = ownTargetOf(http.getRequest<HttpTarget>());
  if (target === undefined || !isBornByCookie(request)) return;
  const [count] = readCookieValues(request.cookie ?? '', [COUNT]);
  if (readCount(count) > 0) return;
  const isBoosted = sender.header('hx-boosted') === 'true';
  const response = http.getResponse<unknown>();
  proposeHeaders(response, isBoosted ? { 'HX-Redirect': target } : { 'HX-Refresh': 'true' });
  addCookies(response, [countLine(COUNT, 1, placeOf(target, origin))]);
}
