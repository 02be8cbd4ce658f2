/** In milliseconds, like all times here. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/** What the module allows clocks to differ by. */
export const SKEW = 5 * SECOND;

/** One time for Clerk, for the app and for the browser: it goes on as usual, and can be put forward. */
export class Clock {
  #ahead = 0;

  /** Milliseconds since 1970. */
  readonly now = (): number => Date.now() + this.#ahead;

  forward(milliseconds: number): void {
    this.#ahead += milliseconds;
  }
}
