import type { Notice } from './notice.js';
import type { RevocationChannel } from './revocation-channel.js';

/** A channel that gave no sign of life for so many milliseconds is opened anew. */
const LONGEST_SILENCE = 5000;

/** Between two tries to follow the channel, in milliseconds. */
const SHORTEST_PAUSE = 50;
const LONGEST_PAUSE = 1000;

/** Who follows, and who hears what is said. */
export interface FollowerParts {
  /** How far back notices are wanted, in milliseconds. */
  readonly since: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** A try begins: the store may have lost what it had. */
  readonly begun: () => void;
  readonly heard: (notices: readonly Notice[]) => void;
  readonly complete: (at: number) => void;
}

/** Follows a channel for as long as the process lives, whatever becomes of the channel meanwhile. */
export class ChannelFollower {
  private readonly closing = new AbortController();
  /** Sign of life of the channel: moves with everything that it says. */
  private signs = 0;

  constructor(
    private readonly channel: RevocationChannel,
    private readonly parts: FollowerParts,
  ) {}

  /** Never rejects, and resolves only once it is stopped. */
  async follow(): Promise<void> {
    const { signal } = this.closing;
    let failures = 0;
    while (!signal.aborted) {
      const before = this.signs;
      await this.followOnce();
      failures = this.signs > before ? 0 : failures + 1;
      const longest = Math.min(SHORTEST_PAUSE * 2 ** failures, LONGEST_PAUSE);
      const spread = SHORTEST_PAUSE + Math.random() * (longest - SHORTEST_PAUSE);
      await this.parts.pause(spread, signal);
    }
  }

  /** The client of the channel is the application's. */
  stop(): void {
    this.closing.abort();
  }

  /** Until the channel gives up, falls silent, or this process closes. Never rejects. */
  private async followOnce(): Promise<void> {
    const attempt = new AbortController();
    const close = (): void => {
      attempt.abort();
    };
    this.closing.signal.addEventListener('abort', close, { once: true });
    const { since, now, begun, heard, complete } = this.parts;
    begun();
    const unlessOver = <Said>(hear: (said: Said) => void) => {
      return (said: Said): void => {
        if (attempt.signal.aborted) return;
        this.signs += 1;
        hear(said);
      };
    };
    const listener = {
      since,
      now,
      signal: attempt.signal,
      heard: unlessOver(heard),
      complete: unlessOver(complete),
    };
    const following = Promise.resolve()
      .then(() => this.channel.follow(listener))
      .catch(() => undefined);
    // One that neither speaks nor gives up is left alone, and another is opened.
    await Promise.race([following, this.silenceOf(attempt.signal)]);
    attempt.abort();
    this.closing.signal.removeEventListener('abort', close);
  }

  private async silenceOf(signal: AbortSignal): Promise<void> {
    let before: number;
    do {
      before = this.signs;
      await this.parts.pause(LONGEST_SILENCE, signal);
    } while (!signal.aborted && this.signs > before);
  }
}
