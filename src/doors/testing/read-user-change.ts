import type { UserChange } from './directory/users.js';
import type { Fields } from './http/asked.js';

/** What a request wants changed about a user, or the first field that cannot be so. */
export type ReadUserChange =
  | { readonly kind: 'read'; readonly change: UserChange }
  | { readonly kind: 'wrong'; readonly field: string };

type Check = (value: unknown) => boolean;

const isText: Check = (value) => value === null || typeof value === 'string';
const isObject: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isBoolean: Check = (value) => typeof value === 'boolean';

/** What may be said over HTTP; the e-mail address is a resource of its own there. */
const CHECKS: Readonly<Record<Exclude<keyof UserChange, 'emailAddress'>, Check>> = {
  username: isText,
  firstName: isText,
  lastName: isText,
  externalId: isText,
  publicMetadata: isObject,
  privateMetadata: isObject,
  unsafeMetadata: isObject,
  locked: isBoolean,
  deprovisioned: isBoolean,
};

/** @param spelled how a member is called in the request */
export function readUserChange(
  fields: Fields,
  spelled: (name: string) => string = (name) => name,
): ReadUserChange {
  const said = Object.entries(CHECKS).filter(([name]) => fields[spelled(name)] !== undefined);
  const wrong = said.find(([name, isRight]) => !isRight(fields[spelled(name)]));
  if (wrong !== undefined) return { kind: 'wrong', field: spelled(wrong[0]) };
  const change = Object.fromEntries(said.map(([name]) => [name, fields[spelled(name)]]));
  return { kind: 'read', change };
}
