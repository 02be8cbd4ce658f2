/** A clock and its timer, both moved by hand: nobody waits for a token to run out. */
export class HandClock {
  private readonly alarms = new Set<{ readonly at: number; readonly ring: () => void }>();

  /** The longest that anybody wanted to sleep, in milliseconds. */
  longest = 0;

  /** @param time milliseconds since the epoch */
  constructor(private time = Date.UTC(2026, 0, 1)) {}

  readonly now = (): number => this.time;

  readonly timer = (ring: () => void, milliseconds: number): (() => void) => {
    this.longest = Math.max(this.longest, milliseconds);
    const alarm = { at: this.time + milliseconds, ring };
    this.alarms.add(alarm);
    return () => {
      this.alarms.delete(alarm);
    };
  };

  /** How many wait to ring. */
  get waiting(): number {
    return this.alarms.size;
  }

  /** Every alarm rings at its own time, those that are set meanwhile as well. */
  forward(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (let next = this.next(end); next !== undefined; next = this.next(end)) {
      this.alarms.delete(next);
      this.time = next.at;
      next.ring();
    }
    this.time = end;
  }

  private next(end: number): { readonly at: number; readonly ring: () => void } | undefined {
    const due = [...this.alarms].filter(({ at }) => at <= end);
    return due.toSorted((one, other) => one.at - other.at)[0];
  }
}
