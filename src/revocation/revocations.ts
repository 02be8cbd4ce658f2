/** How many sessions are remembered, and how many users. */
const CAPACITY = 100_000;

/** No single request pays for forgetting more than so many at a time. */
const FORGOTTEN_AT_ONCE = 1000;

/** What of a token's claims says whether it is over. */
export interface RevocableClaims {
  /** Session id. */
  readonly sid: string;
  /** User id. */
  readonly sub: string;
  /** Seconds since the epoch. */
  readonly iat?: number | undefined;
}

interface EndedUser {
  /** Tokens issued then or before are over, in milliseconds since the epoch. */
  readonly issuedUntil: number;
  readonly until: number;
}

/** How long revocations are remembered, and who hears that there are too many. */
export interface RevocationMemory {
  /** Milliseconds; nothing is forgotten for its age by default. */
  readonly memory?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Called when the oldest had to be forgotten before its time. */
  readonly overflowed?: (what: 'sessions' | 'users') => void;
}

/**
 * Sessions that are over although their tokens are still true to the letter. A token's word is short-lived, so that
 * nothing has to be remembered for long; whoever remembers for less than a token lives must ask about that token.
 */
export class Revocations {
  private readonly sessions = new Map<string, number>();
  private readonly users = new Map<string, EndedUser>();
  private readonly memory: number;
  private readonly now: () => number;
  private readonly overflowed: (what: 'sessions' | 'users') => void;

  constructor({
    memory = Number.POSITIVE_INFINITY,
    now = Date.now,
    overflowed = () => undefined,
  }: RevocationMemory = {}) {
    this.memory = memory;
    this.now = now;
    this.overflowed = overflowed;
  }

  /** The session's tokens are refused from now on. */
  endSession(sessionId: string): void {
    this.forgetOld();
    // Again at the end: entries leave in order of arrival.
    this.sessions.delete(sessionId);
    this.sessions.set(sessionId, this.until());
    if (forgetOldest(this.sessions)) this.overflowed('sessions');
  }

  /** The user's tokens are refused that were issued at `issuedUntil` or before, in milliseconds since the epoch. */
  endUser(userId: string, issuedUntil: number): void {
    this.forgetOld();
    const known = this.users.get(userId)?.issuedUntil ?? 0;
    this.users.delete(userId);
    // A late notice must not take back what a newer one said.
    this.users.set(userId, {
      issuedUntil: Math.max(known, issuedUntil),
      until: this.until(),
    });
    if (forgetOldest(this.users)) this.overflowed('users');
  }

  isSessionOver(sessionId: string): boolean {
    return this.sessions.has(sessionId);
  }

  /** A token that does not say when it was issued may be as old as any. */
  isTokenOver({ sid, sub, iat = 0 }: RevocableClaims): boolean {
    if (this.sessions.size > 0 && this.sessions.has(sid)) return true;
    if (this.users.size === 0) return false;
    const user = this.users.get(sub);
    return user !== undefined && iat * 1000 <= user.issuedUntil;
  }

  /** Forgets what no token can need any more, a bounded number at a time. */
  forgetOld(): void {
    const now = this.now();
    let left = FORGOTTEN_AT_ONCE;
    for (const [id, until] of this.sessions) {
      if (until > now || left === 0) break;
      this.sessions.delete(id);
      left -= 1;
    }
    for (const [id, { until }] of this.users) {
      if (until > now || left === 0) break;
      this.users.delete(id);
      left -= 1;
    }
  }

  private until(): number {
    return this.now() + this.memory;
  }
}

function forgetOldest(entries: Map<string, unknown>): boolean {
  if (entries.size <= CAPACITY) return false;
  const [oldest] = entries.keys();
  if (oldest !== undefined) entries.delete(oldest);
  return true;
}
