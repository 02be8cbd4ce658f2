import type { Directory } from '../directory/directory.js';
import type { SessionRecord } from '../directory/sessions.js';
import type { Fields } from '../http/asked.js';
import { json } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { get, post } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import { organizationMissing } from './complaints.js';
import { onSession } from './own-session.js';
import type { SessionStep } from './own-session.js';
import { respond } from './respond.js';
import { sessionResource } from './session-resource.js';
import { tokenResource } from './token-resource.js';
import type { Visit } from './visit.js';

/** The sessions of a client, one by one. */
export function sessionRoutes(visit: Visit): readonly Route[] {
  return [
    get('/v1/client/sessions/:id', onSession(tell, visit)),
    post('/v1/client/sessions/:id/touch', onSession(touch, visit)),
    post('/v1/client/sessions/:id/tokens', onSession(giveToken, visit)),
    post('/v1/client/sessions/:id/end', onSession(endAs('ended'), visit)),
    post('/v1/client/sessions/:id/remove', onSession(endAs('removed'), visit)),
  ];
}

function tell(session: SessionRecord, _: Fields, visit: Visit): Answer {
  return respond(sessionResource(session, visit), visit);
}

/** The user looks at this session: it becomes the last active one, and so does the organization that is said. */
function touch(session: SessionRecord, fields: Fields, visit: Visit): Answer {
  const { directory } = visit.instance;
  const wish = organizationIn(fields.active_organization_id, session);
  if (!isOpenTo(session, wish, directory)) return organizationMissing();
  if (wish !== session.organizationId) directory.setActiveOrganization(session.id, wish);
  return tell(directory.activate(session.id), fields, visit);
}

/** A token that is asked for another organization does not make that one active. */
function giveToken(session: SessionRecord, fields: Fields, visit: Visit): Answer {
  const wish = organizationIn(fields.organization_id, session);
  if (!isOpenTo(session, wish, visit.instance.directory)) return organizationMissing();
  return json(200, tokenResource({ ...session, organizationId: wish }, visit));
}

/** Empty is the personal account; left out, everything stays as it is. */
function organizationIn(field: unknown, session: SessionRecord): string | null {
  if (typeof field !== 'string') return session.organizationId;
  return field === '' ? null : field;
}

/** Whoever has left the organization that is active may stay in it, as in any tab that has not heard of it yet. */
function isOpenTo(session: SessionRecord, wish: string | null, { organizations }: Directory) {
  if (wish === null || wish === session.organizationId) return true;
  return organizations.membership(wish, session.userId) !== undefined;
}

function endAs(status: 'ended' | 'removed'): SessionStep {
  return ({ id }, fields, visit) => tell(visit.instance.directory.end(id, status), fields, visit);
}
