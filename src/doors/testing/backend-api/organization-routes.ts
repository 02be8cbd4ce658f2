import type { Directory } from '../directory/directory.js';
import { json, notFound } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { get } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import { membershipObject, organizationObject } from './organization-objects.js';

/** What the Backend API tells about organizations. */
export function organizationRoutes(directory: Directory): readonly Route[] {
  return [
    get('/v1/organizations/:id', (_, id) => readOrganization(id, directory)),
    get('/v1/users/:id/organization_memberships', (_, id) => readMemberships(id, directory)),
  ];
}

/** Like Clerk, takes the slug as well as the id. */
function readOrganization(idOrSlug: string, directory: Directory): Answer {
  const { organizations } = directory;
  const found = organizations.find(idOrSlug) ?? organizations.findBySlug(idOrSlug);
  if (found === undefined) return notFound('Organization');
  return json(200, organizationObject(found, directory));
}

function readMemberships(userId: string, directory: Directory): Answer {
  if (directory.users.find(userId) === undefined) return notFound('User');
  const memberships = directory.organizations.membershipsOf(userId);
  const data = memberships.map((membership) => membershipObject(membership, directory));
  return json(200, { data, total_count: data.length });
}
