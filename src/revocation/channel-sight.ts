/** After so many milliseconds of silence this machine may have missed something. */
const BLIND_AFTER = 3000;

/** How long the first requests wait for sight, in milliseconds. */
const PATIENCE = 500;

/** Whether this machine has heard all that others said until a moment ago. */
export class ChannelSight {
  private completeAt = Number.NEGATIVE_INFINITY;
  private hasWaited = false;
  private waiting: Promise<boolean> | undefined;
  private readonly asleep = new Set<() => void>();

  constructor(
    private readonly now: () => number,
    private readonly pause: (milliseconds: number) => Promise<void>,
  ) {}

  /** All that was said before `at` has been heard. */
  complete(at: number): void {
    this.completeAt = at;
    if (this.isBlind()) return;
    this.hasWaited = false;
    for (const wake of this.asleep) wake();
    this.asleep.clear();
  }

  /** A clock that was set, or a process that was stopped, makes blind as well: hence the absolute difference. */
  isBlind(): boolean {
    return Math.abs(this.now() - this.completeAt) > BLIND_AFTER;
  }

  /** Whether there is sight now: `undefined` is yes; else whether it came while those who wait did so, once and together. */
  recovered(): Promise<boolean> | undefined {
    if (!this.isBlind()) return undefined;
    if (this.waiting !== undefined) return this.waiting;
    if (this.hasWaited) return Promise.resolve(false);
    this.waiting = this.until(PATIENCE);
    return this.waiting;
  }

  /** Waits for sight, `milliseconds` at the most. */
  async until(milliseconds: number): Promise<boolean> {
    const sight = new Promise<void>((resolve) => {
      this.asleep.add(resolve);
    });
    await Promise.race([sight, this.pause(milliseconds)]);
    this.waiting = undefined;
    this.hasWaited = this.isBlind();
    return !this.hasWaited;
  }
}
