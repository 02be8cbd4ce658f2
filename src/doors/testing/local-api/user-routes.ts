import type { UserChange, UserRecord } from '../directory/users.js';
import type { Fields } from '../http/asked.js';
import { notFound } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { post } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import type { Instance } from '../instance.js';
import { readUserChange } from '../read-user-change.js';
import { answerWith, wrong } from './answer-with.js';

/** What a developer asks with curl about users, by id, name or e-mail address. */
export function userRoutes({ directory }: Instance): readonly Route[] {
  const onUser =
    (step: (user: UserRecord, fields: Fields) => unknown) =>
    (fields: Fields, ref = ''): Answer => {
      const name = decoded(ref);
      const user = directory.users.find(name) ?? directory.users.bearing(name);
      return user === undefined ? notFound('User') : answerWith(() => step(user, fields));
    };
  return [
    post('/_local/users', (fields) =>
      answerCreate(fields, directory.users.create.bind(directory.users)),
    ),
    post(
      '/_local/users/:id',
      onUser(({ id }, fields) => directory.users.change(id, changeIn(fields))),
    ),
    post(
      '/_local/users/:id/ban',
      onUser(({ id }) => directory.ban(id)),
    ),
    post(
      '/_local/users/:id/unban',
      onUser(({ id }) => directory.unban(id)),
    ),
    post(
      '/_local/users/:id/delete',
      onUser(({ id }) => ({ id: directory.delete(id).id, deleted: true })),
    ),
  ];
}

/** What cannot be decoded is nobody's name. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function answerCreate(
  fields: Fields,
  create: (name: string, details: UserChange) => UserRecord,
): Answer {
  const { user } = fields;
  if (typeof user !== 'string' || user === '') return wrong('`user` must be a name');
  return answerWith(() => create(user, changeIn(fields)));
}

/** @throws Error for a field that is of another kind */
function changeIn(fields: Fields): UserChange {
  const read = readUserChange(fields);
  if (read.kind === 'read') return read.change;
  throw new Error(
    `\`${read.field}\` is of another kind: names are texts, metadata are objects in JSON`,
  );
}
