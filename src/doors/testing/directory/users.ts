import { randomId } from '../random.js';
import { emailAddressOf } from './email-address.js';

/** A user as this Clerk keeps them. Times in milliseconds since 1970. */
export interface UserRecord {
  readonly id: string;
  readonly name: string;
  readonly emailAddress: string;
  /** `null` for those whose name is their e-mail address. */
  readonly username: string | null;
  readonly createdAt: number;
}

/** Who has an account? */
export class Users {
  readonly #byName = new Map<string, UserRecord>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The user of that name or e-mail address, made on first use. */
  named(name: string): UserRecord {
    const known = this.#byName.get(name) ?? this.withEmailAddress(name);
    if (known !== undefined) return known;
    const emailAddress = emailAddressOf(name);
    const username = name === emailAddress ? null : name;
    return this.#keep({
      id: randomId('user'),
      name,
      emailAddress,
      username,
      createdAt: this.#now(),
    });
  }

  find(id: string): UserRecord | undefined {
    return [...this.#byName.values()].find((user) => user.id === id);
  }

  /** Upper and lower case are the same in an address. */
  withEmailAddress(emailAddress: string): UserRecord | undefined {
    const wanted = emailAddress.toLowerCase();
    const users = [...this.#byName.values()];
    return users.find((user) => user.emailAddress.toLowerCase() === wanted);
  }

  /** @throws Error for an id of no user here */
  require(id: string): UserRecord {
    const user = this.find(id);
    if (user !== undefined) return user;
    throw new Error(`LocalClerk has no user ${id}. Mind which LocalClerk you ask.`);
  }

  #keep(user: UserRecord): UserRecord {
    this.#byName.set(user.name, Object.freeze(user));
    return user;
  }
}
