export interface StoredUser {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  /** Clerk's time, in milliseconds: what is older never replaces what is newer. */
  readonly updatedAt: number;
}

/** Our own table of users. */
export abstract class UserStore {
  /** Inserts or updates, unless what is there is newer, or says that the user is gone. */
  abstract save(user: StoredUser): void;

  /** Forgets all but the id: an update that comes late must not bring the user back. */
  abstract bury(id: string): void;

  abstract find(id: string): StoredUser | undefined;
}
