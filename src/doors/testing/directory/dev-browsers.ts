import { randomId } from '../random.js';

/** A browser as development instances of Clerk know it: by an id in a query, for lack of a cookie of Clerk's own. */
export interface DevBrowserRecord {
  /** The browser keeps it as `__clerk_db_jwt`. */
  readonly id: string;
  /** Nobody has tried to sign in there yet: `null`. */
  readonly clientId: string | null;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
}

/** Which client is a browser's? */
export class DevBrowsers {
  readonly #records = new Map<string, DevBrowserRecord>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  open(): DevBrowserRecord {
    return this.#keep(this.holding(null));
  }

  /** One that is known by what it holds, as in production, and so need not be kept. */
  holding(clientId: string | null): DevBrowserRecord {
    return { id: randomId('dvb'), clientId, createdAt: this.#now() };
  }

  find(id: string): DevBrowserRecord | undefined {
    return this.#records.get(id);
  }

  assign(browser: DevBrowserRecord, clientId: string | null): DevBrowserRecord {
    return this.#keep({ ...browser, clientId });
  }

  #keep(record: DevBrowserRecord): DevBrowserRecord {
    this.#records.set(record.id, Object.freeze(record));
    return record;
  }
}
