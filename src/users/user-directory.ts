import type { UserJson } from './user-json.js';

/** Port: Clerk as the one who knows its users. */
export interface UserDirectory {
  /**
   * The record of that user; `undefined` when there is none. Ids are well-formed before they get here.
   *
   * @throws AuthorityUnavailable when Clerk cannot be asked, or answers with something else
   */
  find(userId: string): Promise<UserJson | undefined>;
}
