import { randomId } from '../random.js';

/** A user as this Clerk keeps them. Times in milliseconds since 1970. */
export interface UserRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
}

/** Who has an account? */
export class Users {
  readonly #byName = new Map<string, UserRecord>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The user of that name, made on first use. */
  named(name: string): UserRecord {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const user = { id: randomId('user'), name, createdAt: this.#now() };
    this.#byName.set(name, user);
    return user;
  }

  find(id: string): UserRecord | undefined {
    return [...this.#byName.values()].find((user) => user.id === id);
  }
}
