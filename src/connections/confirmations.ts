import type { Session } from '../session/session.js';
import type { Standing } from '../session/standing.js';
import type { EndReason } from '../transport/connection.js';

/** How long one confirmation counts, in milliseconds, and by what share it is spread. */
const HOLDS_FOR = 60_000;
const SPREAD = 0.2;

/** How many are asked at once: Clerk allows a live instance 1000 calls in ten seconds, a development one 100. */
const AT_ONCE = 4;

export type Confirmation =
  | { readonly kind: 'goes_on'; readonly until: number }
  | { readonly kind: 'ended'; readonly reason: EndReason };

const EXPIRED: Confirmation = { kind: 'ended', reason: 'token_expired' };
const OVER: Confirmation = { kind: 'ended', reason: 'session_not_active' };

/** Asks Clerk whether sessions are still active, a few at a time. */
export class Confirmations {
  private asking = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    /** Whether a session is still active; rejects when nobody can tell. */
    private readonly isActive: (session: Session) => Promise<boolean>,
    /** Milliseconds since the epoch. */
    private readonly now: () => number,
    private readonly random: () => number = Math.random,
  ) {}

  /** Never rejects: where Clerk cannot be asked, the token's word has run out. */
  async ask({ authentication }: Standing): Promise<Confirmation> {
    if (authentication.kind !== 'authenticated') return EXPIRED;
    await this.turn();
    try {
      return (await this.isActive(authentication.session))
        ? { kind: 'goes_on', until: this.now() + this.spread() }
        : OVER;
    } catch {
      return EXPIRED;
    } finally {
      this.asking -= 1;
      this.waiting.shift()?.();
    }
  }

  private async turn(): Promise<void> {
    while (this.asking >= AT_ONCE) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.asking += 1;
  }

  /** Many sockets that came together must not ask together for ever. */
  private spread(): number {
    return HOLDS_FOR * (1 + SPREAD * (2 * this.random() - 1));
  }
}
