import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import { ChannelFollower } from './channel-follower.js';
import { ChannelSight } from './channel-sight.js';
import { readNotice, type Notice } from './notice.js';
import type { RevocationChannel } from './revocation-channel.js';
import { Revocations } from './revocations.js';
import { ToldNotices } from './told-notices.js';

/** Tokens of sixty seconds, the clock skew on top, and what it takes until everybody has heard. */
const TOKEN_LIFE = 60_000;
const HEARING = 10_000;

/** How long the boot waits for sight, in milliseconds. */
const BOOT_PATIENCE = 2000;

/** A channel that has not said within so many milliseconds that everybody was told has not told them. */
const TELLING = 5000;

/** How many notices are told again in one go. */
const TOLD_AT_ONCE = 1000;

/** What hearing of ended sessions takes. */
export interface RevocationFeedParts {
  /** `undefined` means that this process hears of nobody else. */
  readonly channel: RevocationChannel | undefined;
  /** What becomes of requests while the channel is silent: the token's word is taken, or nobody's is. */
  readonly fallback: 'token' | 'none';
  /** The host of the instance's issuer, for channels that share a store with others. */
  readonly instance: string;
  /** Milliseconds. */
  readonly clockSkew: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or when the signal aborts; keeps no process alive. */
  readonly pause: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly warn: (message: string) => void;
}

/** What ended sessions this process knows of: those that it ended, and those that the other machines told it about. */
export class RevocationFeed {
  readonly revocations: Revocations;
  /** For how many milliseconds what was heard is remembered. No token that lives longer may do with that. */
  readonly memory: number;
  private readonly sight: ChannelSight;
  private readonly told: ToldNotices;
  private readonly listeners: ((notice: Notice) => void)[] = [];
  private readonly follower: ChannelFollower | undefined;
  private isWarned = false;
  private overflowWarnedAt = Number.NEGATIVE_INFINITY;
  private isTelling = false;

  constructor(private readonly parts: RevocationFeedParts) {
    const { channel, now, clockSkew, instance } = parts;
    this.memory = TOKEN_LIFE + clockSkew + HEARING;
    this.sight = new ChannelSight(now, parts.pause);
    this.told = new ToldNotices(this.memory, now);
    this.revocations = new Revocations({
      now,
      // Without a channel nobody confirms tokens that live long: then nothing is forgotten for its age.
      ...(channel === undefined ? {} : { memory: this.memory }),
      overflowed: (what) => {
        this.warnOfOverflow(what);
      },
    });
    channel?.open?.(instance);
    this.follower = channel === undefined ? undefined : this.followerOf(channel);
  }

  /** Whether there is anybody to hear from. */
  get isShared(): boolean {
    return this.parts.channel !== undefined;
  }

  /** Calls with every notice, told or heard, after this room has taken note of it. */
  onNotice(listener: (notice: Notice) => void): void {
    this.listeners.push(listener);
  }

  /**
   * Takes note in this process at once, then tells the other machines.
   *
   * @throws AuthorityUnavailable when they could not be told; they will be, as soon as that is possible
   */
  async tell(notices: readonly Notice[]): Promise<void> {
    this.takeNote(notices);
    const { channel } = this.parts;
    if (channel === undefined || notices.length === 0) return;
    this.told.add(notices);
    await this.publish(channel, notices).catch((cause: unknown) => {
      this.told.failed(notices);
      throw new AuthorityUnavailable(
        'refused by this process, but the other machines could not be told yet',
        undefined,
        { cause },
      );
    });
  }

  /**
   * Whether what is known can be relied upon: `undefined` where it can. Else it may take a moment until it can.
   *
   * @returns a promise that rejects with AuthorityUnavailable when it cannot and `fallback` is `'none'`
   */
  reliable(): Promise<void> | undefined {
    if (this.parts.channel === undefined) return undefined;
    const recovered = this.sight.recovered();
    return recovered?.then((hasSight) => {
      if (!hasSight) this.goBlind();
    });
  }

  /** The outage that silence is, where a token's word is not taken meanwhile; for those who cannot wait. */
  outage(): AuthorityUnavailable | undefined {
    if (this.parts.channel === undefined || this.parts.fallback === 'token') return undefined;
    return this.sight.isBlind() ? silence() : undefined;
  }

  /** Starts to follow the channel, and waits a moment for it: a machine that boots knows what was said before. */
  async start(): Promise<void> {
    if (this.follower === undefined) return;
    void this.follower.follow();
    await this.sight.until(BOOT_PATIENCE);
  }

  /** Follows no longer. */
  stop(): void {
    this.follower?.stop();
  }

  private followerOf(channel: RevocationChannel): ChannelFollower {
    return new ChannelFollower(channel, {
      since: this.memory,
      now: this.parts.now,
      pause: this.parts.pause,
      begun: () => {
        this.told.doubtAll();
      },
      heard: (notices) => {
        this.hear(notices);
      },
      complete: (at) => {
        this.complete(channel, at);
      },
    });
  }

  private goBlind(): void {
    if (this.parts.fallback === 'none') throw silence();
    if (this.isWarned) return;
    this.isWarned = true;
    this.parts.warn(
      'revocations has been silent for three seconds: until it speaks again, sessions that other machines end are ' +
        "accepted here until their token runs out. revocationFallback: 'none' refuses with 503 instead.",
    );
  }

  private hear(said: readonly unknown[]): void {
    const notices = said.map(readNotice).filter((notice) => notice !== undefined);
    this.told.found(notices);
    this.takeNote(notices);
  }

  private complete(channel: RevocationChannel, at: number): void {
    this.sight.complete(at);
    this.revocations.forgetOld();
    if (!this.sight.isBlind()) this.isWarned = false;
    void this.tellAgain(channel);
  }

  /** Never rejects: what cannot be told waits for the next time. */
  private async tellAgain(channel: RevocationChannel): Promise<void> {
    if (this.isTelling) return;
    this.isTelling = true;
    try {
      const notices = this.told.take();
      for (let at = 0; at < notices.length; at += TOLD_AT_ONCE) {
        const some = notices.slice(at, at + TOLD_AT_ONCE);
        await this.publish(channel, some).catch(() => {
          this.told.failed(some);
        });
      }
    } finally {
      this.isTelling = false;
    }
  }

  private async publish(channel: RevocationChannel, notices: readonly Notice[]): Promise<void> {
    const done = new AbortController();
    const lapse = this.parts.pause(TELLING, done.signal).then(() => {
      if (!done.signal.aborted) throw new Error('no answer in time');
    });
    try {
      await Promise.race([channel.publish(notices), lapse]);
    } finally {
      done.abort();
    }
  }

  private takeNote(notices: readonly Notice[]): void {
    for (const notice of notices) {
      switch (notice.kind) {
        case 'session_ended':
          this.revocations.endSession(notice.sessionId);
          break;
        case 'user_ended':
          this.revocations.endUser(notice.userId, notice.issuedUntil);
          break;
        case 'user_changed':
          break;
      }
      for (const listener of this.listeners) listener(notice);
    }
  }

  private warnOfOverflow(what: 'sessions' | 'users'): void {
    const now = this.parts.now();
    if (now - this.overflowWarnedAt < TOKEN_LIFE) return;
    this.overflowWarnedAt = now;
    this.parts.warn(
      `More than 100000 ${what} ended at a time: the oldest are forgotten before their tokens run out.`,
    );
  }
}

function silence(): AuthorityUnavailable {
  return new AuthorityUnavailable('revocations is silent: nobody knows which sessions are over');
}
