import type { Answer } from '../http/reply.js';
import { del, get, put } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import { clientFor, clientOf, sessionsOf } from './client-of.js';
import { clientResource } from './client-resource.js';
import { respond } from './respond.js';
import type { Visit } from './visit.js';

/** The client as a whole. */
export function clientRoutes(visit: Visit): readonly Route[] {
  return [
    get('/v1/client', () => tellClient(visit)),
    put('/v1/client', () => openClient(visit)),
    del('/v1/client', () => forgetClient(visit)),
    del('/v1/client/sessions', () => signOutAll(visit)),
  ];
}

/** `null` as long as nobody has tried to sign in. */
function tellClient(visit: Visit): Answer {
  const client = clientOf(visit);
  return respond(client === undefined ? null : clientResource(client, visit), visit);
}

function openClient(visit: Visit): Answer {
  clientFor(visit);
  return tellClient(visit);
}

function forgetClient(visit: Visit): Answer {
  signOutAll(visit);
  visit.instance.directory.devBrowsers.assign(visit.browser, null);
  return tellClient(visit);
}

function signOutAll(visit: Visit): Answer {
  for (const { id } of sessionsOf(visit)) visit.instance.directory.end(id, 'removed');
  return tellClient(visit);
}
