import { readBearer } from '../../credentials/bearer.js';
import type { IncomingRequest } from '../../transport/incoming-request.js';

/**
 * What a browser does with the answer: shows it as a page, or in a frame of one. `none`: whatever else asks, which can
 * do nothing with a redirect to somewhere where people sign in.
 */
export type NavigationKind = 'document' | 'frame' | 'none';

type Asking = Pick<IncomingRequest, 'authorization' | 'sender'>;
type Header = (name: string) => string | undefined;

/** How libraries that fetch pages by script tell that they do. */
const FETCHED_BY_SCRIPT = [
  'x-requested-with',
  'hx-request',
  'turbo-frame',
  'x-turbo-request-id',
  'x-up-version',
  'x-pjax',
] as const;

const FETCHED_AHEAD = ['sec-purpose', 'purpose', 'x-moz'] as const;

/** Tells a navigation by what only browsers write. */
export function navigationKindOf({ authorization, sender }: Asking): NavigationKind {
  if (sender?.method !== 'GET') return 'none';
  const kind = destinationOf(sender.header);
  if (kind === 'none') return 'none';
  // After a 401 to a page that is fetched ahead the browser asks again when somebody wants to see it.
  if (FETCHED_AHEAD.some((name) => saysPrefetch(sender.header(name)))) return 'none';
  return isBornByCookie({ authorization }) ? kind : 'none';
}

/** Whether what proves a session can only be a cookie: a Bearer token, good or bad, shuts cookies out. */
export function isBornByCookie({ authorization }: Pick<Asking, 'authorization'>): boolean {
  return readBearer(authorization).kind === 'none';
}

/** Whether what is answered is shown to somebody, whatever the method: also the answer to a form. */
export function isShownInBrowser({ sender }: Asking): boolean {
  return sender !== undefined && destinationOf(sender.header) !== 'none';
}

function destinationOf(header: Header): NavigationKind {
  switch (header('sec-fetch-dest')) {
    case 'document':
      return 'document';
    case 'iframe':
      return 'frame';
    case undefined:
      return looksLikeNavigation(header) ? 'document' : 'none';
    default:
      return 'none';
  }
}

/** Browsers write `Sec-Fetch-Dest` over https and to this machine only. */
function looksLikeNavigation(header: Header): boolean {
  if (header('accept')?.toLowerCase().startsWith('text/html') !== true) return false;
  return FETCHED_BY_SCRIPT.every((name) => header(name) === undefined);
}

function saysPrefetch(value: string | undefined): boolean {
  return value?.toLowerCase().includes('prefetch') === true;
}
