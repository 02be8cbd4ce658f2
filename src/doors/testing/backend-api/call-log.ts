/** One question that the Backend API was asked. Never holds a token or a key. */
export interface Call {
  /** Of HTTP, such as `GET`. */
  readonly method: string;
  /** Without the query, such as `/v1/sessions/sess_…/verify`. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** Whether the question bore this instance's secret key, or that of a machine where it is good enough. */
  readonly authorized: boolean;
  /** The `Clerk-API-Version` header. */
  readonly version?: string | undefined;
}

const KEPT = 10_000;

/** JWTs, and what Clerk or this Clerk gives a prefix. */
const CREDENTIAL = /\b(?:eyJ|clt_|nonce_|ak_|mt_|oat_|sk_test_|sk_live_|test_|live_)[\w.-]+/g;

/** What was Clerk asked? */
export class CallLog {
  #calls: Call[] = [];
  #count = 0;

  /** All calls since the last `forget`, also those no longer kept. */
  get count(): number {
    return this.#count;
  }

  /** The last 10,000 calls, oldest first. */
  get all(): readonly Call[] {
    return [...this.#calls];
  }

  record(call: Call): void {
    const { path, query } = call;
    this.#calls.push(Object.freeze({ ...call, path: redact(path), query: redact(query) }));
    this.#count += 1;
    if (this.#calls.length > KEPT) this.#calls.shift();
  }

  to(path: string | RegExp): readonly Call[] {
    return this.#calls.filter((call) =>
      typeof path === 'string' ? call.path === path : call.path.search(path) >= 0,
    );
  }

  forget(): void {
    this.#calls = [];
    this.#count = 0;
  }
}

function redact(text: string): string {
  return text.replaceAll(CREDENTIAL, '[redacted]');
}
