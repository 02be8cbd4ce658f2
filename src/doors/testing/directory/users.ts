import { randomId } from '../random.js';
import { emailAddressOf } from './email-address.js';

/** There is none for a ban: that is a user who was updated. */
export type UserEvent = `user.${'created' | 'updated' | 'deleted'}`;

/** What an application keeps with a user, whatever it is. */
export type Metadata = Readonly<Record<string, unknown>>;

/** A user as this Clerk keeps them. Times in milliseconds since 1970. */
export interface UserRecord {
  /** `user_…` */
  readonly id: string;
  /** What tests call them: a name or an e-mail address. */
  readonly name: string;
  /** Verified. */
  readonly emailAddress: string;
  /** `null` for those whose name is their e-mail address. */
  readonly username: string | null;
  /** `null` when not told. */
  readonly firstName: string | null;
  /** `null` when not told. */
  readonly lastName: string | null;
  /** The user's id in the application's own world. */
  readonly externalId: string | null;
  /** The user's front end reads it, servers alone write it. */
  readonly publicMetadata: Metadata;
  /** Told to servers only. */
  readonly privateMetadata: Metadata;
  /** The user's own browser may change it. */
  readonly unsafeMetadata: Metadata;
  /** Has no session, and gets none. */
  readonly banned: boolean;
  /** Too many wrong passwords. */
  readonly locked: boolean;
  /** Removed by a directory of people that the instance is connected with. */
  readonly deprovisioned: boolean;
  /** `null` before the first time. */
  readonly lastSignInAt: number | null;
  /** When the account was made. */
  readonly createdAt: number;
  /** When something about the user last changed. */
  readonly updatedAt: number;
}

/** What can be changed about a user. What is left out stays as it is; metadata is replaced as a whole. */
export interface UserChange {
  /** One that nobody else here has. */
  readonly emailAddress?: string | undefined;
  /** `null` takes it away. */
  readonly username?: string | null | undefined;
  /** `null` takes it away. */
  readonly firstName?: string | null | undefined;
  /** `null` takes it away. */
  readonly lastName?: string | null | undefined;
  /** The user's id in the application's own world. */
  readonly externalId?: string | null | undefined;
  /** The user's front end reads it, servers alone write it. */
  readonly publicMetadata?: Metadata | undefined;
  /** Told to servers only. */
  readonly privateMetadata?: Metadata | undefined;
  /** The user's own browser may change it. */
  readonly unsafeMetadata?: Metadata | undefined;
  /** Too many wrong passwords. */
  readonly locked?: boolean | undefined;
  /** Removed by a directory of people that the instance is connected with. */
  readonly deprovisioned?: boolean | undefined;
}

/** Who has an account? */
export class Users {
  readonly #byName = new Map<string, UserRecord>();
  readonly #deleted = new Set<string>();
  readonly #now: () => number;
  readonly #tell: (type: UserEvent, user: UserRecord) => void;

  /** @param tell hears of what happens to users */
  constructor(now: () => number, tell: (type: UserEvent, user: UserRecord) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  /** Oldest first. */
  get all(): readonly UserRecord[] {
    return [...this.#byName.values()];
  }

  /** The user of that name or e-mail address, made on first use. */
  named(name: string): UserRecord {
    return this.bearing(name) ?? this.create(name);
  }

  /** The user of that name or e-mail address, if there is one. */
  bearing(name: string): UserRecord | undefined {
    return this.#byName.get(name) ?? this.withEmailAddress(name);
  }

  /** @throws Error for a name or an address that is taken, or the id of somebody who was deleted */
  create(name: string, details: UserChange = {}): UserRecord {
    if (this.#byName.has(name)) throw new Error(`LocalClerk has a user ${name} already.`);
    if (this.#deleted.has(name)) throw new Error(`User ${name} was deleted.`);
    const emailAddress = emailAddressOf(name);
    const username = name === emailAddress ? null : name;
    const now = this.#now();
    const identity = { id: randomId('user'), name, emailAddress, username, firstName: username };
    const times = { lastSignInAt: null, createdAt: now, updatedAt: now };
    const user = this.#keep({ ...NEW, ...identity, ...times, ...said(details) });
    this.#tell('user.created', user);
    return user;
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

  /** @throws Error for an id of no user here, or an address that is another's */
  change(id: string, change: UserChange & { readonly banned?: boolean }): UserRecord {
    const user = this.#keep({ ...this.require(id), ...said(change), updatedAt: this.#now() });
    this.#tell('user.updated', user);
    return user;
  }

  /** Clerk has no event for it. */
  signedIn(id: string): UserRecord {
    return this.#keep({ ...this.require(id), lastSignInAt: this.#now() });
  }

  /**
   * The name is free again.
   * @throws Error for an id of no user here
   */
  delete(id: string): UserRecord {
    const user = this.require(id);
    this.#byName.delete(user.name);
    this.#deleted.add(id);
    this.#tell('user.deleted', user);
    return user;
  }

  #keep(user: UserRecord): UserRecord {
    const namesake = this.withEmailAddress(user.emailAddress);
    if (namesake !== undefined && namesake.id !== user.id) {
      throw new Error(`The address ${user.emailAddress} is ${namesake.name}'s.`);
    }
    this.#byName.set(user.name, Object.freeze(user));
    return user;
  }
}

const NEW = {
  lastName: null,
  externalId: null,
  publicMetadata: {},
  privateMetadata: {},
  unsafeMetadata: {},
  banned: false,
  locked: false,
  deprovisioned: false,
} as const;

/** `undefined` says nothing. */
function said(change: object): Partial<UserRecord> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
