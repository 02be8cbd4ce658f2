import { ConfigurationError } from '../errors/configuration-error.js';
import type { UserCache } from './user-cache.js';
import { isUserId } from './user-id.js';
import type { User } from './user.js';

/** Answers about users, for whoever has an id at hand. */
export class UserLookup {
  constructor(
    /** `undefined` where nobody can be asked. */
    private readonly cache: UserCache | undefined,
    private readonly isId: (value: unknown) => boolean = isUserId,
  ) {}

  /**
   * @throws ConfigurationError `configuration_invalid` without a secret key
   * @throws AuthorityUnavailable when Clerk cannot be asked
   */
  async get(userId: string): Promise<User | null> {
    if (this.cache === undefined) throw needsSecretKey();
    return this.isId(userId) ? this.cache.get(userId) : null;
  }

  drop(userId: string): void {
    this.cache?.drop(userId);
  }
}

function needsSecretKey(): ConfigurationError {
  return new ConfigurationError(['Looking up users needs a secret key: set CLERK_SECRET_KEY.']);
}
