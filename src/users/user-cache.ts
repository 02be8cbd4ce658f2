import type { UserCacheSettings } from '../config/clerk-settings.js';
import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { UserDirectory } from './user-directory.js';
import { User } from './user.js';

interface Kept {
  /** `null`: Clerk knows no such user. */
  readonly user: User | null;
  /** When Clerk was asked, in milliseconds since the epoch. */
  readonly askedAt: number;
}

/**
 * Users that were asked for, for a while: one question to Clerk however many want the same user at the same time. A
 * bounded number is kept, and whoever was not wanted for the longest time leaves first.
 */
export class UserCache {
  /** Least recently wanted first. */
  private readonly kept = new Map<string, Kept>();
  private readonly flights = new Map<string, Promise<User | null>>();

  constructor(
    private readonly directory: UserDirectory,
    /** `undefined` keeps none; they are still asked for together. */
    private readonly settings: UserCacheSettings | undefined,
    private readonly now: () => number,
  ) {}

  /** @throws AuthorityUnavailable when Clerk cannot be asked, and what is kept is too old or nothing */
  async get(userId: string): Promise<User | null> {
    const kept = this.fresh(userId);
    return kept === undefined ? this.join(userId) : kept.user;
  }

  /** The user was changed: what is kept is wrong, and so may be what is about to arrive. */
  drop(userId: string): void {
    this.kept.delete(userId);
    this.flights.delete(userId);
  }

  private fresh(userId: string): Kept | undefined {
    const kept = this.youngerThan(this.settings?.ttl ?? 0, userId);
    if (kept === undefined) return undefined;
    this.kept.delete(userId);
    this.kept.set(userId, kept);
    return kept;
  }

  private youngerThan(age: number, userId: string): Kept | undefined {
    const kept = this.kept.get(userId);
    if (kept === undefined) return undefined;
    // A clock that was set back makes the answer older, never younger.
    return Math.abs(this.now() - kept.askedAt) < age ? kept : undefined;
  }

  private join(userId: string): Promise<User | null> {
    const flight = this.flights.get(userId);
    if (flight !== undefined) return flight;
    // Whoever asks after a change starts another flight: only the newest may put down what it brings.
    const isLatest = (): boolean => this.flights.get(userId) === started;
    const started = this.fly(userId, isLatest).finally(() => {
      if (isLatest()) this.flights.delete(userId);
    });
    this.flights.set(userId, started);
    return started;
  }

  private async fly(userId: string, isLatest: () => boolean): Promise<User | null> {
    const askedAt = this.now();
    try {
      const record = await this.directory.find(userId);
      const user = record === undefined ? null : User.fromRecord(record);
      if (isLatest()) this.keep(userId, { user, askedAt });
      return user;
    } catch (reason) {
      const { ttl = 0, stale = 0 } = this.settings ?? {};
      const kept = this.youngerThan(ttl + stale, userId);
      if (kept === undefined || !(reason instanceof AuthorityUnavailable)) throw reason;
      return kept.user;
    }
  }

  private keep(userId: string, kept: Kept): void {
    if (this.settings === undefined) return;
    this.kept.delete(userId);
    this.kept.set(userId, kept);
    const [oldest] = this.kept.keys();
    if (this.kept.size > this.settings.size && oldest !== undefined) this.kept.delete(oldest);
  }
}
