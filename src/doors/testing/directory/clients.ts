import { randomClientToken, randomId } from '../random.js';

/** A browser or an app as this Clerk keeps it. Times in milliseconds since 1970. */
export interface ClientRecord {
  readonly id: string;
  /** The opaque proof that the browser holds. */
  readonly token: string;
  /** All its sessions ever, oldest first: like Clerk, those that are over stay listed. */
  readonly sessionIds: readonly string[];
  readonly lastActiveSessionId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Which browsers are there, and which sessions are theirs? */
export class Clients {
  readonly #records = new Map<string, ClientRecord>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  open(): ClientRecord {
    const now = this.#now();
    const times = { createdAt: now, updatedAt: now };
    const identity = { id: randomId('client'), token: randomClientToken() };
    return this.#keep({ ...identity, sessionIds: [], lastActiveSessionId: null, ...times });
  }

  find(id: string): ClientRecord | undefined {
    return this.#records.get(id);
  }

  /** @throws Error for an id of no client here */
  require(id: string): ClientRecord {
    const client = this.find(id);
    if (client !== undefined) return client;
    throw new Error(
      `LocalClerk has no client ${id}. Give the clientId of somebody who signed in here.`,
    );
  }

  holding(token: string): ClientRecord | undefined {
    return [...this.#records.values()].find((client) => client.token === token);
  }

  /** The newest session becomes the last active one. */
  addSession(id: string, sessionId: string): ClientRecord {
    const client = this.require(id);
    const sessionIds = [...client.sessionIds, sessionId];
    return this.#change(client, { sessionIds, lastActiveSessionId: sessionId });
  }

  setLastActive(id: string, sessionId: string | null): ClientRecord {
    return this.#change(this.require(id), { lastActiveSessionId: sessionId });
  }

  #change(client: ClientRecord, change: Partial<ClientRecord>): ClientRecord {
    return this.#keep({ ...client, ...change, updatedAt: this.#now() });
  }

  #keep(record: ClientRecord): ClientRecord {
    this.#records.set(record.id, Object.freeze(record));
    return record;
  }
}
