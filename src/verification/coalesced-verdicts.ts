import type { MachineAccepted, RecordAccepted, Rejected } from './verdict.js';

/** A positive answer of Clerk. */
type Accepted = RecordAccepted | MachineAccepted;

interface Kept {
  readonly verdict: Accepted;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
}

/** How many answers are kept at the most; the oldest leaves first. */
const CAPACITY = 10_000;

/**
 * One question to Clerk for any number of requests that want the same thing at the same time; and, where the option
 * `backendCache` says so, a positive answer for a short while after. A refusal is never kept here: whoever signs in is in
 * at once.
 */
export class CoalescedVerdicts {
  private readonly flights = new Map<string, Promise<Accepted | Rejected>>();
  private readonly kept = new Map<string, Kept>();
  /** Counts how often everything was forgotten: what was asked before is not kept after. */
  private generation = 0;

  constructor(
    /** Milliseconds; 0 keeps nothing. */
    private readonly ttl: number,
    private readonly now: () => number,
  ) {}

  /** The verdict on a question. Questions are the same only if their whole texts are; a text tells the kind of answer. */
  async on<Answer extends Accepted>(
    question: string,
    ask: () => Promise<Answer | Rejected>,
  ): Promise<Answer | Rejected> {
    const verdict = this.find(question) ?? (await this.join(question, ask));
    return verdict as Answer | Rejected;
  }

  /** Something became known that answers given so far may not know of. */
  forgetAll(): void {
    this.generation += 1;
    this.kept.clear();
  }

  private find(question: string): Accepted | undefined {
    const kept = this.kept.get(question);
    if (kept === undefined) return undefined;
    // A clock that was set back makes the answer older, never younger.
    const age = Math.abs(this.now() - kept.askedAt);
    if (age < this.ttl && this.now() < endOf(kept.verdict)) return kept.verdict;
    this.kept.delete(question);
    return undefined;
  }

  private join(
    question: string,
    ask: () => Promise<Accepted | Rejected>,
  ): Promise<Accepted | Rejected> {
    const flight = this.flights.get(question);
    if (flight !== undefined) return flight;
    const started = this.fly(question, ask);
    this.flights.set(question, started);
    return started;
  }

  private async fly(
    question: string,
    ask: () => Promise<Accepted | Rejected>,
  ): Promise<Accepted | Rejected> {
    const { generation } = this;
    try {
      const verdict = await ask();
      const isCurrent = generation === this.generation;
      if (verdict.kind !== 'rejected' && isCurrent) this.keep(question, verdict);
      return verdict;
    } finally {
      this.flights.delete(question);
    }
  }

  private keep(question: string, verdict: Accepted): void {
    if (this.ttl === 0) return;
    this.kept.set(question, { verdict, askedAt: this.now() });
    const [oldest] = this.kept.keys();
    if (this.kept.size > CAPACITY && oldest !== undefined) this.kept.delete(oldest);
  }
}

/** When a positive answer ends by itself: a session always has an end, a machine's token may have none. */
function endOf(verdict: Accepted): number {
  return verdict.kind === 'record'
    ? (verdict.record.expireAt ?? 0)
    : (verdict.machine.expireAt ?? Number.POSITIVE_INFINITY);
}
