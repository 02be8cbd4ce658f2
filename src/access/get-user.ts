import type { UserLookup } from '../users/user-lookup.js';
import type { User } from '../users/user.js';
import type { Refusals } from './refuse.js';

/**
 * The user of that id, `null` when there is none.
 *
 * @throws AuthorityUnavailableException `authority_unavailable` when Clerk cannot be asked
 */
export async function getUser(
  userId: string,
  users: UserLookup,
  refusals: Refusals,
): Promise<User | null> {
  try {
    return await users.get(userId);
  } catch (reason) {
    throw refusals.failed(reason);
  }
}
