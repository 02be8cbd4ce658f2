import type { Directory } from '../directory/directory.js';
import { mergeMetadata } from '../directory/merge-metadata.js';
import type { Metadata, UserRecord } from '../directory/users.js';
import type { Fields } from '../http/asked.js';
import { json, notFound, parameterInvalid } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { del, get, patch, post, put } from '../http/routing.js';
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
    put(
      '/v1/users/:id/metadata',
      onUser(({ id }, fields) => changeUser(id, metadataIn(fields), directory)),
    ),
    patch(
      '/v1/users/:id/metadata',
      onUser((user, fields) => changeUser(user.id, mergedWith(user, fields), directory)),
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

const METADATA = {
  public_metadata: 'publicMetadata',
  private_metadata: 'privateMetadata',
  unsafe_metadata: 'unsafeMetadata',
} as const;

function metadataIn(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => Object.hasOwn(METADATA, name)),
  );
}

/** What is no object is left to be refused. */
function mergedWith(user: UserRecord, fields: Fields): Fields {
  const named = Object.entries(METADATA).filter(([name]) => isMetadata(fields[name]));
  const merged = named.map(([name, member]) => [
    name,
    mergeMetadata(user[member], fields[name] as Metadata),
  ]);
  return { ...metadataIn(fields), ...(Object.fromEntries(merged) as Fields) };
}

function isMetadata(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `firstName` is `first_name` there. */
function snakeCased(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
