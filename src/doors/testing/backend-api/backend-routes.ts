import type { Directory } from '../directory/directory.js';
import type { Fields } from '../http/asked.js';
import { clerkError, json, notFound } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { get, post } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import type { Instance } from '../instance.js';
import { clientObject, sessionObject } from './backend-objects.js';
import { handshakeRoutes } from './handshake-routes.js';
import { listSessions } from './list-sessions.js';
import { machineTokenRoutes } from './machine-token-routes.js';
import { organizationRoutes } from './organization-routes.js';
import { isToken, parameterMissing } from './token-parameter.js';
import { userRoutes } from './user-routes.js';

/** What the Backend API answers to whoever bears the secret key. */
export function backendRoutes(instance: Instance): readonly Route[] {
  const { directory, keys, settings } = instance;
  return [
    get('/v1/jwks', () => json(200, keys.jwks)),
    post('/v1/clients/verify', (fields) => verifyClient(fields, directory)),
    post('/v1/sessions/:id/verify', (fields, id) => {
      switch (settings.sessionVerify) {
        case 'present':
          return verifySession(fields, id, directory);
        case 'gone':
          return notFound('Resource');
        case 'deprecated':
          return deprecated();
        default:
          return settings.sessionVerify satisfies never;
      }
    }),
    get('/v1/sessions', (query) => listSessions(query, directory)),
    get('/v1/sessions/:id', (_, id) => readSession(id, directory)),
    post('/v1/sessions/:id/revoke', (_, id) => revokeSession(id, directory)),
    ...userRoutes(directory),
    ...handshakeRoutes(instance),
    ...organizationRoutes(directory),
    ...machineTokenRoutes(directory),
  ];
}

function verifyClient({ token }: Fields, directory: Directory): Answer {
  if (!isToken(token)) return parameterMissing('token');
  const client = directory.clients.holding(token);
  if (client === undefined) return notFound('Client');
  return json(200, clientObject(client, directory.sessionsOf(client)));
}

/** Clerk answers 200 for sessions that are over, too: whoever asks has to look at the status. */
function verifySession({ token }: Fields, id: string, directory: Directory): Answer {
  if (!isToken(token)) return parameterMissing('token');
  const session = directory.sessions.find(id);
  const client = directory.clients.holding(token);
  if (session === undefined || session.clientId !== client?.id) return notFound('Session');
  return json(200, sessionObject(session));
}

function readSession(id: string, { sessions }: Directory): Answer {
  const session = sessions.find(id);
  return session === undefined ? notFound('Session') : json(200, sessionObject(session));
}

function revokeSession(id: string, { sessions }: Directory): Answer {
  if (sessions.find(id) === undefined) return notFound('Session');
  return json(200, sessionObject(sessions.revoke(id)));
}

function deprecated(): Answer {
  const message = 'The endpoint is deprecated and pending removal';
  return clerkError(410, 'operation_deprecated', message);
}
