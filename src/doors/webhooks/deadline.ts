import type { unrefTimer } from '../../module/unref-timer.js';

/** The time that an attempt has: then its signal aborts, and nobody waits any longer. */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly cancel: () => void;
  private readonly passed: Promise<void>;

  /** @param milliseconds from now */
  constructor(timer: typeof unrefTimer, milliseconds: number) {
    this.passed = new Promise((resolve) => {
      this.signal.addEventListener('abort', () => {
        resolve();
      });
    });
    this.cancel = timer(() => {
      this.controller.abort(new DOMException('The attempt took too long', 'TimeoutError'));
    }, milliseconds);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** What it comes to, or what is to be said of it if it is not done when the time is over. */
  async race<Outcome>(run: Promise<Outcome>, late: () => Outcome): Promise<Outcome> {
    let isDone = false;
    const done = run.finally(() => {
      isDone = true;
    });
    return Promise.race([done, this.passed.then(() => (isDone ? done : late()))]);
  }

  /** All is done: the signal never aborts. */
  meet(): void {
    this.cancel();
  }
}
