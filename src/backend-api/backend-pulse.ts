/** Milliseconds after which a call says nothing anymore of how Clerk is. */
const SAYS_SOMETHING_FOR = 300_000;

interface Beat {
  /** Why it failed; `undefined` for an answer. */
  readonly failure: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** How the last call to the Backend API went. */
export class BackendPulse {
  private last: Beat | undefined;

  constructor(private readonly now: () => number) {}

  answered(): void {
    this.last = { failure: undefined, at: this.now() };
  }

  /** @param reason holds no id: health is often told to everybody */
  failed(reason: string): void {
    this.last = { failure: reason, at: this.now() };
  }

  /** Undefined where there was no call, or none for long. */
  read(): { readonly failure: string | undefined } | undefined {
    if (this.last === undefined) return undefined;
    // A clock that was set back makes it older, never younger.
    return Math.abs(this.now() - this.last.at) < SAYS_SOMETHING_FOR ? this.last : undefined;
  }
}
