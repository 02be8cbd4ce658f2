import { randomId } from '../random.js';

/** An attempt to become a user. Times in milliseconds since 1970. */
export interface SignUpRecord {
  readonly id: string;
  readonly clientId: string;
  readonly emailAddress: string | null;
  readonly password: string | null;
  readonly abandonAt: number;
  /** `null` until nothing is missing anymore, as the session. */
  readonly createdUserId: string | null;
  readonly createdSessionId: string | null;
}

/** What someone who signs up says of themselves, in any order and in any number of steps. */
export type SignUpWords = Partial<Pick<SignUpRecord, 'emailAddress' | 'password'>>;

/** As with Clerk: one day. */
const ABANDONED_AFTER = 24 * 60 * 60 * 1000;

/** Who is about to become a user, where, and how did it end? */
export class SignUps {
  readonly #records = new Map<string, SignUpRecord>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  begin(clientId: string): SignUpRecord {
    const said = { emailAddress: null, password: null };
    const ends = { createdUserId: null, createdSessionId: null };
    const abandonAt = this.#now() + ABANDONED_AFTER;
    return this.#keep({ id: randomId('sua'), clientId, abandonAt, ...said, ...ends });
  }

  say(signUp: SignUpRecord, words: SignUpWords): SignUpRecord {
    return this.#keep({ ...signUp, ...words });
  }

  complete(signUp: SignUpRecord, userId: string, sessionId: string): SignUpRecord {
    return this.#keep({ ...signUp, createdUserId: userId, createdSessionId: sessionId });
  }

  find(id: string): SignUpRecord | undefined {
    return this.#records.get(id);
  }

  /** The newest of the client that has not ended. */
  underWay(clientId: string): SignUpRecord | undefined {
    const own = [...this.#records.values()].filter((signUp) => signUp.clientId === clientId);
    const newest = own.at(-1);
    return newest?.createdUserId === null ? newest : undefined;
  }

  #keep(record: SignUpRecord): SignUpRecord {
    this.#records.set(record.id, Object.freeze(record));
    return record;
  }
}
