import { randomNonce } from '../random.js';

/** What a handshake came to, until the server fetches it. */
interface Payload {
  /** Lines for `Set-Cookie`. */
  readonly lines: readonly string[];
  /** In milliseconds since 1970. */
  readonly expireAt: number;
}

/** For how long a server may take to fetch it, in milliseconds. */
const LIFETIME = 60_000;

/** What has been agreed with browsers that no server has heard of yet? */
export class Handshakes {
  readonly #payloads = new Map<string, Payload>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @returns the nonce that gets them, once */
  keep(lines: readonly string[]): string {
    const nonce = randomNonce();
    this.#forgetExpired();
    this.#payloads.set(nonce, { lines, expireAt: this.#now() + LIFETIME });
    return nonce;
  }

  /** The lines behind a nonce; `undefined` when it is unknown, spent, or too old. */
  spend(nonce: string): readonly string[] | undefined {
    const payload = this.#payloads.get(nonce);
    this.#payloads.delete(nonce);
    return payload !== undefined && this.#now() < payload.expireAt ? payload.lines : undefined;
  }

  /** Most strangers never come back for theirs. */
  #forgetExpired(): void {
    for (const [nonce, { expireAt }] of this.#payloads) {
      if (this.#now() >= expireAt) this.#payloads.delete(nonce);
    }
  }
}
