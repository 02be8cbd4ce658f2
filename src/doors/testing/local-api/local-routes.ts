import { OUTAGES, replyDuring } from '../backend-api/outage.js';
import type { Outage } from '../backend-api/outage.js';
import { isAlive } from '../directory/sessions.js';
import type { Fields } from '../http/asked.js';
import { clerkError, json, notFound } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { get, post } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import type { Instance } from '../instance.js';
import { freshToken, signIn } from '../sign-in.js';
import { answerWith, wrong } from './answer-with.js';
import { machineRoutes } from './machine-routes.js';
import { readSignInOptions } from './read-sign-in-options.js';
import { userRoutes } from './user-routes.js';
import { webhookRoutes } from './webhook-routes.js';

/** What a developer asks with curl. */
export function localRoutes(instance: Instance): readonly Route[] {
  const { calls, faults } = instance;
  return [
    post('/_local/sign-in', (fields) => answerSignIn(fields, instance)),
    post('/_local/sessions/:id/revoke', (_, id) => answerRevoke(id, instance)),
    post('/_local/sessions/:id/token', (_, id) => answerToken(id, instance)),
    get('/_local/outage', () => json(200, { on: faults.isDown })),
    post('/_local/outage', (fields) => answerOutage(fields, instance)),
    ...machineRoutes(instance),
    ...userRoutes(instance),
    ...webhookRoutes(instance),
    get('/_local/calls', () => json(200, { count: calls.count, calls: calls.all })),
  ];
}

function answerSignIn(fields: Fields, instance: Instance): Answer {
  const { user, client = '' } = fields;
  if (typeof user !== 'string' || user === '') return wrong('`user` must be a name');
  if (typeof client !== 'string') return wrong('`client` must be a client id');
  const isKnown = instance.directory.clients.find(client) !== undefined;
  if (client !== '' && !isKnown) return notFound('Client');
  return answerWith(() => signIn(user, readSignInOptions(fields), instance));
}

function answerRevoke(id: string, { directory: { sessions } }: Instance): Answer {
  if (sessions.find(id) === undefined) return notFound('Session');
  const { status } = sessions.revoke(id);
  return json(200, { sessionId: id, status });
}

function answerToken(id: string, instance: Instance): Answer {
  const session = instance.directory.sessions.find(id);
  if (session === undefined) return notFound('Session');
  if (!isAlive(session)) {
    return clerkError(409, 'session_inactive', `The session is ${session.status}`);
  }
  return json(200, { sessionToken: freshToken(session, instance) });
}

function answerOutage(fields: Fields, { faults }: Instance): Answer {
  const { on, mode = 'unavailable' } = fields;
  if (!isOutage(mode)) return wrong(`\`mode\` must be one of ${OUTAGES.join(', ')}`);
  const frontendApi = String(fields.frontendApi) === 'true';
  switch (on) {
    case true:
    case 'true':
      faults.breakDown(replyDuring(mode, {}), { frontendApi });
      return json(200, { outage: mode });
    case false:
    case 'false':
      faults.recover();
      return json(200, { outage: false });
    default:
      return wrong('`on` must be true or false');
  }
}

function isOutage(mode: unknown): mode is Outage {
  return OUTAGES.some((known) => known === mode);
}
