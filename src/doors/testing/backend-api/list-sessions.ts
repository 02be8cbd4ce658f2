import type { Directory } from '../directory/directory.js';
import { SESSION_STATUSES } from '../directory/sessions.js';
import type { SessionRecord } from '../directory/sessions.js';
import type { Fields } from '../http/asked.js';
import { json, parameterInvalid } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { sessionObject } from './backend-objects.js';
import { parameterMissing } from './token-parameter.js';

/** As with Clerk. */
const USUAL_LIMIT = 10;
const HIGHEST_LIMIT = 500;

/** The sessions of a user or a client, newest first: a bare list, unless `paginated=true` asks for an object. */
export function listSessions(query: Fields, { sessions }: Directory): Answer {
  const wrong = complaintAbout(query);
  if (wrong !== undefined) return wrong;
  const { limit = USUAL_LIMIT, offset = 0, paginated } = query;
  const all = sessions.all.filter((session) => isAskedFor(session, query)).toReversed();
  const from = Number(offset);
  const data = all.slice(from, from + Number(limit)).map(sessionObject);
  return json(200, paginated === 'true' ? { data, total_count: all.length } : data);
}

function isAskedFor(session: SessionRecord, query: Fields): boolean {
  const { user_id: user, client_id: client, status } = query;
  return (
    (user === undefined || user === session.userId) &&
    (client === undefined || client === session.clientId) &&
    (status === undefined || status === session.status)
  );
}

function complaintAbout(query: Fields): Answer | undefined {
  const { user_id: user, client_id: client, status, limit, offset, paginated } = query;
  if (user === undefined && client === undefined) return parameterMissing('user_id or client_id');
  if (status !== undefined && !SESSION_STATUSES.some((known) => known === status)) {
    return parameterInvalid('status', `status must be one of ${SESSION_STATUSES.join(', ')}`);
  }
  if (!isWithin(limit, 1, HIGHEST_LIMIT)) {
    return parameterInvalid('limit', `limit must be between 1 and ${String(HIGHEST_LIMIT)}`);
  }
  if (!isWithin(offset, 0, Number.MAX_SAFE_INTEGER)) {
    return parameterInvalid('offset', 'offset must be 0 or more');
  }
  if (paginated === undefined || paginated === 'true' || paginated === 'false') return undefined;
  return parameterInvalid('paginated', 'paginated must be true or false');
}

function isWithin(value: unknown, least: number, most: number): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'string' || !/^\d{1,15}$/.test(value)) return false;
  return Number(value) >= least && Number(value) <= most;
}
