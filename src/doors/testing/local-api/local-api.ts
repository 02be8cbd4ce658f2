import type { Asked } from '../http/asked.js';
import { isFromElsewhere } from '../http/loopback.js';
import { clerkError, text } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { answerFrom } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import { helpPage } from './help-page.js';

/** Whether it is for the developer's part; all other paths are Clerk's own. */
export function isLocalPath(path: string): boolean {
  return path === '/' || path.startsWith('/_local/');
}

/** The developer's part: needs no key, obeys nobody but this machine, and works during an outage. */
export function askLocalApi(asked: Asked, routes: readonly Route[]): Answer {
  const { host = '' } = asked.headers;
  if (asked.method === 'POST' && isFromElsewhere(asked.headers)) return refused();
  if (asked.path === '/') return text(200, 'plain', helpPage(`http://${host}`));
  return answerFrom(routes, asked);
}

function refused(): Answer {
  return clerkError(403, 'origin_refused', 'Pages from elsewhere have no say here');
}
