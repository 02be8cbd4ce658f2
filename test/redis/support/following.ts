import type { Notice, RevocationChannel } from 'nestjs-clerk-auth';
import { until } from '../../support/until.js';

/** What a machine heard that follows a channel. */
export class Following {
  readonly heard: Notice[] = [];
  readonly complete: number[] = [];
  /** How it ended: `undefined` while it goes on, `null` for good, else what it rejected with. */
  end: unknown;
  readonly ended: Promise<void>;
  private readonly aborting = new AbortController();

  constructor(channel: RevocationChannel, since = 60_000) {
    this.ended = channel
      .follow({
        since,
        signal: this.aborting.signal,
        now: Date.now,
        heard: (notices) => this.heard.push(...notices),
        complete: (at) => this.complete.push(at),
      })
      .then(
        () => {
          this.end = null;
        },
        (error: unknown) => {
          this.end = error;
        },
      );
  }

  /** Since when all that was said is known; resolves as soon as it knows of now. */
  async sees(): Promise<void> {
    const now = Date.now();
    await until(() => (this.complete.at(-1) ?? 0) >= now);
  }

  abort(): Promise<void> {
    this.aborting.abort();
    return this.ended;
  }

  /** The ids of sessions that it heard to be over. */
  get sessions(): string[] {
    return this.heard.flatMap((notice) =>
      notice.kind === 'session_ended' ? [notice.sessionId] : [],
    );
  }
}

export const ended = (sessionId: string): Notice => ({ kind: 'session_ended', sessionId });
