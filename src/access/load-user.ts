import { Inject, Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { UserLookup } from '../users/user-lookup.js';
import type { User } from '../users/user.js';
import { getUser } from './get-user.js';
import type { Refusals } from './refuse.js';
import { REFUSALS, USER_LOOKUP } from './tokens.js';
import { WantedUser } from './wanted-user.js';

/** Looks up the user whom `@CurrentUser()` wants. A pipe, because only those are handed what they need and may wait. */
@Injectable()
export class LoadUser implements PipeTransform<unknown, Promise<unknown>> {
  @Inject(USER_LOOKUP) private readonly users!: UserLookup;
  @Inject(REFUSALS) private readonly refusals!: Refusals;

  async transform(wanted: unknown, { data }: Pick<ArgumentMetadata, 'data'>): Promise<unknown> {
    if (!(wanted instanceof WantedUser)) throw changed();
    const { userId } = wanted;
    const user = userId === null ? null : await getUser(userId, this.users, this.refusals);
    return data === undefined || user === null ? user : user[data as keyof User];
  }
}

function changed(): ConfigurationError {
  return new ConfigurationError([
    'A global pipe puts something else in the place of what @CurrentUser() wants: have it leave parameters of the type custom alone.',
  ]);
}
