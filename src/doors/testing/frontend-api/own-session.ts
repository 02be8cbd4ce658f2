import { isAlive } from '../directory/sessions.js';
import type { SessionRecord } from '../directory/sessions.js';
import type { Fields } from '../http/asked.js';
import { notFound } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import type { RouteAnswer } from '../http/routing.js';
import { clientOf } from './client-of.js';
import { signedOut } from './complaints.js';
import type { Visit } from './visit.js';

/** What is to be done with a session. */
export type SessionStep = (session: SessionRecord, fields: Fields, visit: Visit) => Answer;

/** Goes no further with a session of another browser, nor with one that is over. */
export function onSession(step: SessionStep, visit: Visit): RouteAnswer {
  return (fields, id = '') => {
    const session = visit.instance.directory.sessions.find(id);
    const isOwn = session !== undefined && session.clientId === clientOf(visit)?.id;
    if (!isOwn) return notFound('Session');
    return isAlive(session) ? step(session, fields, visit) : signedOut();
  };
}
