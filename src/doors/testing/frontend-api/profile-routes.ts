import { isAlive } from '../directory/sessions.js';
import type { SessionRecord } from '../directory/sessions.js';
import { json } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { get } from '../http/routing.js';
import type { Route, RouteAnswer } from '../http/routing.js';
import { clientOf, sessionsOf } from './client-of.js';
import { signedOut } from './complaints.js';
import { deviceResource } from './device-resource.js';
import { membershipResource } from './membership-resource.js';
import { respond } from './respond.js';
import { userResource } from './user-resource.js';
import type { Visit } from './visit.js';

type Step = (session: SessionRecord, visit: Visit) => Answer;

/** What the user button and the organization switcher want to know about whoever is signed in. */
export function profileRoutes(visit: Visit): readonly Route[] {
  return [
    get('/v1/me', asUser(tellUser, visit)),
    get('/v1/me/organization_memberships', asUser(tellMemberships, visit)),
    get('/v1/me/organization_invitations', asUser(tellNone, visit)),
    get('/v1/me/organization_suggestions', asUser(tellNone, visit)),
    get('/v1/me/sessions/active', asUser(tellDevices, visit)),
  ];
}

/** Who is asking stands in the query; a tab may show another session than the last active one. */
function asUser(step: Step, visit: Visit): RouteAnswer {
  return () => {
    const shown = visit.query.get('_clerk_session_id') ?? clientOf(visit)?.lastActiveSessionId;
    const session = sessionsOf(visit).find(({ id }) => id === shown);
    return session === undefined ? signedOut() : step(session, visit);
  };
}

function tellUser({ userId }: SessionRecord, visit: Visit): Answer {
  const { directory } = visit.instance;
  return respond(userResource(directory.users.require(userId), directory), visit);
}

function tellMemberships({ userId }: SessionRecord, visit: Visit): Answer {
  const { directory } = visit.instance;
  const memberships = directory.organizations.membershipsOf(userId);
  const all = memberships.map((membership) => membershipResource(membership, directory));
  return respond(page(all, visit.query), visit);
}

function tellNone(_: SessionRecord, visit: Visit): Answer {
  return respond(page([], visit.query), visit);
}

/** Wherever the same user is signed in. clerk-js wants a bare list here. */
function tellDevices({ userId }: SessionRecord, visit: Visit): Answer {
  const sessions = visit.instance.directory.sessions.of(userId).filter(isAlive);
  const devices = sessions.map((session) => deviceResource(session, visit));
  return json(200, devices);
}

/** A part of a list, beside the number of all. */
function page(all: readonly object[], query: URLSearchParams): object {
  const from = Number(query.get('offset') ?? 0);
  const to = from + Number(query.get('limit') ?? all.length);
  return { data: all.slice(from, to), total_count: all.length };
}
