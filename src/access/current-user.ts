import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { sessionIn } from '../session/caller-in.js';
import type { User } from '../users/user.js';
import { noteCallerParameter } from './caller-parameter.js';
import { LoadUser } from './load-user.js';
import type { ParameterPipe } from './parameter-pipe.js';
import { requireAdmitted } from './require-admitted.js';
import { WantedUser } from './wanted-user.js';

/** What `@CurrentUser()` can pick out. */
export type UserProperty = keyof User;

const parameter = createParamDecorator(
  (_property: UserProperty | undefined, context: ExecutionContext): WantedUser => {
    const session = sessionIn(requireAdmitted(context, '@CurrentUser()'));
    return new WantedUser(session?.userId ?? null);
  },
  [noteCallerParameter('@CurrentUser()')],
);

/**
 * The user whose session the guard proved, as Clerk knows them: looked up by `UserService`, so that it may be as old as
 * `userCache` says. `null` for guests and for machines, and for a user who was deleted a moment ago;
 * `@CurrentUser('firstName')` gives one property.
 *
 * @example me(@CurrentUser() user: User) { return { hello: user.firstName }; }
 * @throws ConfigurationError `guard_missing`, naming controller and handler, when no guard has looked at the request;
 * `configuration_invalid` without a secret key
 * @throws AuthorityUnavailableException `authority_unavailable` (503) when Clerk cannot be asked and nothing is kept
 */
export const CurrentUser: {
  (...pipes: ParameterPipe[]): ParameterDecorator;
  (property: UserProperty | undefined, ...pipes: ParameterPipe[]): ParameterDecorator;
} = (first?: UserProperty | ParameterPipe, ...pipes: ParameterPipe[]): ParameterDecorator => {
  // Ours comes first: the pipes of the route get the user.
  if (typeof first === 'string') return parameter(first, LoadUser, ...pipes);
  return parameter(undefined, LoadUser, ...(first === undefined ? pipes : [first, ...pipes]));
};
