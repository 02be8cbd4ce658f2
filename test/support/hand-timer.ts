interface Pending {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock and its timer, both moved by hand. */
export class HandTimer {
  private readonly pending = new Set<Pending>();

  constructor(private time: number) {}

  readonly now = (): number => this.time;

  /** In the place of `CLERK_TIMER`. */
  readonly timer = (callback: () => void, milliseconds: number): (() => void) => {
    const entry = { at: this.time + milliseconds, callback };
    this.pending.add(entry);
    return () => {
      this.pending.delete(entry);
    };
  };

  /** When what is waited for comes due. */
  get due(): readonly number[] {
    return [...this.pending].map(({ at }) => at).sort((one, other) => one - other);
  }

  /** Lets time pass, and fires what comes due on the way, in order. */
  pass(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const next = [...this.pending]
        .filter(({ at }) => at <= end)
        .reduce<Pending | undefined>((first, entry) => earlier(first, entry), undefined);
      if (next === undefined) break;
      this.pending.delete(next);
      this.time = Math.max(this.time, next.at);
      next.callback();
    }
    this.time = end;
  }
}

function earlier(first: Pending | undefined, entry: Pending): Pending {
  return first !== undefined && first.at <= entry.at ? first : entry;
}
