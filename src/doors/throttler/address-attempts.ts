/** How many may wait at one address; more are refused. */
const MOST_WAITING = 1000;

/** What the storage says after it counted a rejected credential. */
export interface Count {
  readonly totalHits: number;
  readonly isBlocked: boolean;
  /** Seconds. */
  readonly timeToBlockExpire: number;
}

/**
 * The looks at unproved credentials from one address. Those that were rejected and those under way are together never
 * more than one above the limit: however many come at once, no more of them are asked about than that.
 */
export class AddressAttempts {
  private rejected = 0;
  private rejectedAt = Number.NEGATIVE_INFINITY;
  private blockedUntil = Number.NEGATIVE_INFINITY;
  private underWay = 0;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly limit: number,
    /** Milliseconds. */
    private readonly ttl: number,
    private readonly now: () => number,
  ) {}

  /** Whether there is nothing to remember of it. */
  get isIdle(): boolean {
    return this.underWay === 0 && this.waiting.length === 0 && this.secondsLeft() === 0;
  }

  /** Waits for a turn. Whole seconds for which the address is blocked; 0 for a turn, which must be ended. */
  async begin(): Promise<number> {
    for (;;) {
      const seconds = this.secondsLeft();
      if (seconds > 0) return seconds;
      if (this.recent() + this.underWay <= this.limit) break;
      if (this.waiting.length >= MOST_WAITING) return 1;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.underWay += 1;
    return 0;
  }

  /** The look is over, whatever came of it. */
  end(): void {
    this.underWay -= 1;
    const { waiting } = this;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  /** Takes note of what the storage counted, which knows of other machines too. */
  note({ totalHits, isBlocked, timeToBlockExpire }: Count): void {
    this.rejected = totalHits;
    this.rejectedAt = this.now();
    if (isBlocked) this.blockedUntil = this.now() + Math.max(timeToBlockExpire, 1) * 1000;
  }

  /** Whole seconds; 0 when it is not blocked. */
  secondsLeft(): number {
    return Math.max(Math.ceil((this.blockedUntil - this.now()) / 1000), 0);
  }

  private recent(): number {
    // Where a block ends, counting starts anew, as in the storage.
    const isOver = this.rejected > this.limit || this.now() - this.rejectedAt >= this.ttl;
    return isOver ? 0 : this.rejected;
  }
}
