import type { Notice } from './notice.js';

/** How many notices of its own a machine remembers at the most. */
const CAPACITY = 100_000;

interface Told {
  readonly notice: Notice;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * What this machine told the others a short while ago: a store that comes back empty is told again. And what it could not
 * tell so far, which it does not give up either.
 */
export class ToldNotices {
  private readonly told = new Map<string, Told>();
  private untold = new Map<string, Notice>();

  constructor(
    /** For how long others may need it, in milliseconds. */
    private readonly memory: number,
    /** Milliseconds since the epoch. */
    private readonly now: () => number,
  ) {}

  /** To be told by this machine, now. */
  add(notices: readonly Notice[]): void {
    const at = this.now();
    for (const notice of notices) {
      const key = keyOf(notice);
      this.told.delete(key);
      this.told.set(key, { notice, at });
    }
    this.forgetOld();
  }

  /** They could not be told; they wait for the next time that somebody can be told. */
  failed(notices: readonly Notice[]): void {
    for (const notice of notices) this.untold.set(keyOf(notice), notice);
  }

  /** A look at the store begins: it may have lost everything. */
  doubtAll(): void {
    this.forgetOld();
    for (const [key, { notice }] of this.told) this.untold.set(key, notice);
  }

  /** The store has them. */
  found(notices: readonly Notice[]): void {
    if (this.untold.size === 0) return;
    for (const notice of notices) this.untold.delete(keyOf(notice));
  }

  /** What the store lacks, taken out. Whoever takes it tells it, or hands it back by `failed`. */
  take(): readonly Notice[] {
    if (this.untold.size === 0) return [];
    this.forgetOld();
    const notices = [...this.untold].filter(([key]) => this.told.has(key));
    this.untold = new Map();
    return notices.map(([, notice]) => notice);
  }

  private forgetOld(): void {
    const oldest = this.now() - this.memory;
    for (const [key, { at }] of this.told) {
      if (at >= oldest && this.told.size <= CAPACITY) break;
      this.told.delete(key);
    }
  }
}

function keyOf(notice: Notice): string {
  switch (notice.kind) {
    case 'session_ended':
      return notice.sessionId;
    case 'user_ended':
      return `${notice.userId} ${String(notice.issuedUntil)}`;
    case 'user_changed':
      return notice.userId;
  }
}
