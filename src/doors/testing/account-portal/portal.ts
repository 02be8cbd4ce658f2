import type { Asked } from '../http/asked.js';
import { isFromElsewhere } from '../http/loopback.js';
import { clerkError } from '../http/reply.js';
import type { Answer, Reply } from '../http/reply.js';
import { answerFrom } from '../http/routing.js';
import { returnUrlRefused } from '../handshake/return-url.js';
import type { Instance } from '../instance.js';
import { portalRoutes } from './portal-routes.js';
import { readPortalVisit } from './portal-visit.js';

/** Whether it is one of the pages for people. */
export function isPortalPath(path: string): boolean {
  return /^\/(?:sign-in(?:\/tasks)?|sign-up|sign-out)$/.test(path);
}

/**
 * Clerk's Account Portal, as far as sign-in needs it: pages for people, made of forms alone. They need no browser library
 * and no script, so that a test without a browser gets through as well.
 */
export function askPortal(asked: Asked, instance: Instance): Reply {
  if (asked.method === 'POST' && isFromElsewhere(asked.headers)) return foreignPageRefused();
  return instance.faults.frontendOutage ?? answer(asked, instance);
}

function answer(asked: Asked, instance: Instance): Answer {
  const visit = readPortalVisit(asked, instance);
  return visit === undefined ? returnUrlRefused() : answerFrom(portalRoutes(visit), asked);
}

function foreignPageRefused(): Answer {
  return clerkError(403, 'origin_refused', 'Pages from elsewhere have no say here');
}
