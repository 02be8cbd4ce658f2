import type { Directory } from '../directory/directory.js';
import type { UserRecord } from '../directory/users.js';
import type { Fields } from '../http/asked.js';
import { json, notFound, parameterInvalid } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { del, get, patch, post } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import { readUserChange } from '../read-user-change.js';
import { deletedUserObject, userObject } from './backend-objects.js';

/** What the Backend API tells of users, and does to them. */
export function userRoutes(directory: Directory): readonly Route[] {
  const onUser =
    (step: (user: UserRecord, fields: Fields) => Answer) =>
    (fields: Fields, id = ''): Answer => {
      const user = directory.users.find(id);
      return user === undefined ? notFound('User') : step(user, fields);
    };
  const told = (user: UserRecord): Answer => json(200, userObject(user));
  return [
    get('/v1/users/:id', onUser(told)),
    patch(
      '/v1/users/:id',
      onUser(({ id }, fields) => changeUser(id, fields, directory)),
    ),
    del(
      '/v1/users/:id',
      onUser(({ id }) => json(200, deletedUserObject(directory.delete(id)))),
    ),
    post(
      '/v1/users/:id/ban',
      onUser(({ id }) => told(directory.ban(id))),
    ),
    post(
      '/v1/users/:id/unban',
      onUser(({ id }) => told(directory.unban(id))),
    ),
  ];
}

function changeUser(id: string, fields: Fields, { users }: Directory): Answer {
  const change = readUserChange(fields, snakeCased);
  if (change.kind === 'wrong') return parameterInvalid(change.field, `${change.field} is invalid`);
  return json(200, userObject(users.change(id, change.change)));
}

/** `firstName` is `first_name` there. */
function snakeCased(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
