import type { Asked } from '../http/asked.js';
import { isFromElsewhere } from '../http/loopback.js';
import { clerkError } from '../http/reply.js';
import type { Answer, Reply } from '../http/reply.js';
import { answerFrom } from '../http/routing.js';
import type { Instance } from '../instance.js';
import { browserRoutes } from './browser-routes.js';
import { preflight, readableBy } from './cross-origin.js';
import { answerHandshake } from './handshake.js';
import { openRoutes } from './open-routes.js';
import { answerSync } from './satellite-sync.js';
import { readVisit } from './visit.js';

/** Whether it is for the Frontend API; `/v1/clients` and the like are the Backend API's. */
export function isFrontendPath(path: string): boolean {
  return isOpenPath(path) || /^\/v1\/(?:client|me)(?:\/|$)/.test(path);
}

/** The Frontend API, to which the browser speaks: needs no key, obeys no page but those of this machine. */
export function askFrontendApi(asked: Asked, instance: Instance): Reply {
  const { origin } = asked.headers;
  if (isFromElsewhere(asked.headers)) return foreignHostRefused();
  const reply = instance.faults.frontendOutage ?? answer(asked, instance);
  return reply.kind === 'answer' ? readableBy(origin, reply) : reply;
}

function answer(asked: Asked, instance: Instance): Answer {
  if (asked.method === 'OPTIONS') return preflight(asked.headers);
  const meant = { ...asked, method: methodOf(asked) };
  if (isOpenPath(asked.path)) return answerFrom(openRoutes(asked.headers, instance), meant);
  if (isGetOf('/v1/client/handshake', meant)) return answerHandshake(meant, instance);
  if (isGetOf('/v1/client/sync', meant)) return answerSync(meant, instance);
  const visit = readVisit(asked, instance);
  return visit === undefined ? browserUnknown() : answerFrom(browserRoutes(visit), meant);
}

/** What is answered to browsers that are not known yet. */
function isOpenPath(path: string): boolean {
  return path === '/v1/environment' || path === '/v1/dev_browser';
}

/** For browsers that are not known, too. */
function isGetOf(wanted: string, { method, path }: Asked): boolean {
  return method === 'GET' && path === wanted;
}

/** clerk-js sends GET and POST alone, lest Safari asks beforehand and drops cookies; what it means stands in the query. */
function methodOf({ method, query }: Asked): string {
  const meant = new URLSearchParams(query).get('_method');
  return method === 'POST' && meant !== null ? meant : method;
}

function foreignHostRefused(): Answer {
  return clerkError(403, 'origin_refused', 'This Clerk answers to pages of this machine only');
}

/** At this code clerk-js throws its old id away and asks for a new one: so a restart heals by itself. */
function browserUnknown(): Answer {
  const message = 'This Clerk does not know this browser';
  return clerkError(401, 'dev_browser_unauthenticated', message);
}
