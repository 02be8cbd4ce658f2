import { deletedUserObject, sessionObject, userObject } from '../backend-api/backend-objects.js';
import type { Happening } from '../directory/happenings.js';
import type { Users } from '../directory/users.js';

/** What an event is about, as Clerk writes it: the object of the Backend API, a session's with its user. */
export function eventDataOf(happening: Happening, users: Users): object {
  switch (happening.type) {
    case 'user.created':
    case 'user.updated':
      return userObject(happening.user);
    case 'user.deleted':
      return deletedUserObject(happening.user);
    default: {
      const user = users.find(happening.session.userId);
      return {
        ...sessionObject(happening.session),
        user: user === undefined ? null : userObject(user),
      };
    }
  }
}

/** An event, as Clerk's webhooks carry it. */
export function eventOf(type: string, data: unknown, at: number, instanceId: string): object {
  return {
    data,
    event_attributes: { http_request: { client_ip: '127.0.0.1', user_agent: 'LocalClerk' } },
    instance_id: instanceId,
    object: 'event',
    timestamp: at,
    type,
  };
}
