import { Inject, Injectable } from '@nestjs/common';
import type { UserLookup } from '../users/user-lookup.js';
import type { User } from '../users/user.js';
import { getUser } from './get-user.js';
import type { Refusals } from './refuse.js';
import { REFUSALS, USER_LOOKUP } from './tokens.js';

/**
 * Clerk's users, for code of your own: in a handler, a queue worker, a script. Asked for at the same time they are asked
 * for once, and what Clerk said is kept for a while (option `userCache`).
 */
@Injectable()
export class UserService {
  // Properties and not parameters: what a constructor takes is public.
  @Inject(USER_LOOKUP) private readonly users!: UserLookup;
  @Inject(REFUSALS) private readonly refusals!: Refusals;

  /**
   * The user of that id; `null` when Clerk knows none. What is returned may be as old as `userCache.ttl` says (30 s by
   * default), and older while Clerk cannot be asked (`userCache.stale`, 5 min). A webhook about the user makes it new at
   * once. Look at `session` for what somebody may do: that is proved with every request.
   *
   * @param userId `user_…`; anything else is nobody, without a call
   * @throws AuthorityUnavailableException `authority_unavailable` (503), with the seconds after which asking again makes
   * sense, when Clerk cannot be asked and nothing is kept
   * @throws ConfigurationError `configuration_invalid` without a secret key
   * @example
   * ```ts
   * const user = await this.users.get(session.userId);
   * const to = user?.primaryEmailAddress?.emailAddress;
   * ```
   */
  get(userId: string): Promise<User | null> {
    return getUser(userId, this.users, this.refusals);
  }

  /**
   * Forgets what this process keeps of a user, after code of your own has changed them at Clerk: the next `get` asks anew.
   * Other processes learn of the change from Clerk's webhook.
   *
   * @param userId `user_…`
   */
  forget(userId: string): void {
    this.users.drop(userId);
  }
}
