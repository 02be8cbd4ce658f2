import { randomId } from '../random.js';

/** An attempt of a known user to sign in. */
export interface SignInRecord {
  readonly id: string;
  readonly clientId: string;
  readonly userId: string;
  /** What was typed. */
  readonly identifier: string;
  /** `null` until the password was right. */
  readonly createdSessionId: string | null;
}

/** Who is about to sign in, where, and how did it end? */
export class SignIns {
  readonly #records = new Map<string, SignInRecord>();

  begin(clientId: string, userId: string, identifier: string): SignInRecord {
    const id = randomId('sia');
    return this.#keep({ id, clientId, userId, identifier, createdSessionId: null });
  }

  complete(signIn: SignInRecord, sessionId: string): SignInRecord {
    return this.#keep({ ...signIn, createdSessionId: sessionId });
  }

  find(id: string): SignInRecord | undefined {
    return this.#records.get(id);
  }

  /** The newest of the client that has not ended. */
  underWay(clientId: string): SignInRecord | undefined {
    const own = [...this.#records.values()].filter((signIn) => signIn.clientId === clientId);
    const newest = own.at(-1);
    return newest?.createdSessionId === null ? newest : undefined;
  }

  /** Ends all attempts of a user. */
  forget(userId: string): void {
    for (const { id, userId: whose } of this.#records.values()) {
      if (whose === userId) this.#records.delete(id);
    }
  }

  #keep(record: SignInRecord): SignInRecord {
    this.#records.set(record.id, Object.freeze(record));
    return record;
  }
}
