import type { IncomingHttpHeaders } from 'node:http';
import { json } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { get, patch, post } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import type { Instance } from '../instance.js';
import { environmentResource } from './environment-resource.js';
import { pageOriginOf } from './page-origin.js';

/** What the Frontend API tells everybody. */
export function openRoutes(headers: IncomingHttpHeaders, instance: Instance): readonly Route[] {
  const environment = () =>
    json(200, environmentResource(pageOriginOf(headers) ?? '', instance.settings));
  return [
    get('/v1/environment', environment),
    // In development clerk-js says PATCH, which at Clerk prolongs the life of the instance.
    patch('/v1/environment', environment),
    post('/v1/dev_browser', () => openBrowser(instance)),
  ];
}

function openBrowser({ directory }: Instance): Answer {
  const { id, clientId, createdAt } = directory.devBrowsers.open();
  const times = { created_at: createdAt, updated_at: createdAt };
  return json(200, { object: 'dev_browser', id, client_id: clientId, ...times });
}
