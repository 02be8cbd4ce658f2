/** Allows a burst and then a steady rate, however many ask. */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly capacity: number,
    /** Milliseconds in which one token comes back. */
    private readonly refill: number,
    private readonly now: () => number,
  ) {
    this.tokens = capacity;
    this.filledAt = now();
  }

  /** Takes a token if there is one. */
  take(): boolean {
    this.fill();
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  private fill(): void {
    const now = this.now();
    // A clock that was set back gives nothing, and must not take anything either.
    const gained = Math.max(0, (now - this.filledAt) / this.refill);
    this.tokens = Math.min(this.capacity, this.tokens + gained);
    this.filledAt = now;
  }
}
