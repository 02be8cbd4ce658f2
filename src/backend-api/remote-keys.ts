import type { KeyObject } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { KeyState } from '../health/vitals.js';
import type { Eventually } from '../verification/eventually.js';
import type { KeySource } from '../verification/key-source.js';
import type { KeySet } from './read-key-set.js';
import { KEY_FETCHES } from './tell-key-set.js';
import { TokenBucket } from './token-bucket.js';

const MINUTE = 60_000;

/** Ages of a key set, in milliseconds. */
const KEY_AGES = {
  /** From here on a use fetches the next set in the background. */
  refresh: 4 * MINUTE,
  /** From here on a use waits for the next set, unless Clerk is known to be down. */
  old: 5 * MINUTE,
  /** From here on the set is not used anymore, even if Clerk is down. */
  gone: 60 * MINUTE,
} as const;

/** After a failed refresh, milliseconds until the next is tried in the background. */
const RETRY_PAUSE = 5000;

/** Fetches caused by unknown key ids: two at once, then one every two seconds. */
const UNKNOWN_KEYS = { burst: 2, refill: 2000 } as const;

const NONE: readonly KeyObject[] = [];

/**
 * A set in which a key that was there before is the same object: what that key has proved stays proved, and is not
 * checked again after every refresh.
 */
function sameObjects(next: KeySet, last: KeySet | undefined): KeySet {
  if (last === undefined) return next;
  return new Map(
    [...next].map(([kid, keys]) => {
      const known = last.get(kid) ?? NONE;
      return [kid, keys.map((key) => known.find((other) => other.equals(key)) ?? key)];
    }),
  );
}

interface Publication {
  readonly keys: KeySet;
  readonly fetchedAt: number;
}

interface Failure {
  readonly reason: AuthorityUnavailable;
  readonly at: number;
}

/**
 * The instance's published keys. One fetch at a time for any number of waiting requests; fetched ahead of need; the
 * last good set serves for a bounded time while Clerk is down; a set replaces its predecessor, so that removed keys
 * leave; made-up key ids cause a bounded number of fetches.
 */
export class RemoteKeys implements KeySource {
  private readonly logger = new Logger('ClerkModule');
  private readonly unknownKeys: TokenBucket;
  private publication: Publication | undefined;
  private failure: Failure | undefined;
  private flight: Promise<void> | undefined;

  constructor(
    private readonly fetchKeys: () => Promise<KeySet>,
    private readonly now: () => number,
  ) {
    this.unknownKeys = new TokenBucket(UNKNOWN_KEYS.burst, UNKNOWN_KEYS.refill, now);
  }

  /** Fetches the keys before anybody needs them. Never rejects: the first request will see what is wrong. */
  warm(): Promise<void> {
    this.unknownKeys.take();
    return this.refresh();
  }

  /**
   * How the keys are, from memory. Those that are due are fetched in the background: without requests nobody else would
   * have them fetched.
   */
  state(): KeyState {
    const age = this.age();
    if (age >= KEY_AGES.refresh && this.mayRefresh()) void this.refresh();
    const failure = this.failure?.reason.message;
    if (this.usableKeys(age) === undefined) return { kind: 'none', failure };
    return { kind: age < KEY_AGES.old ? 'fresh' : 'stale', age, failure };
  }

  candidates(kid: string | undefined): Eventually<readonly KeyObject[]> {
    if (kid === undefined) return NONE;
    const age = this.age();
    const keys = this.usableKeys(age)?.get(kid);
    if (keys === undefined) return this.lookUp(kid);
    if (age < KEY_AGES.refresh) return keys;
    if (age >= KEY_AGES.old && this.failure === undefined) return this.renew(kid);
    if (this.mayRefresh()) void this.refresh();
    return keys;
  }

  /**
   * Waits for a fetch that was begun after the token came, if one is allowed. Forged tokens cause no more of them than
   * made-up key ids do, and are answered at once when there is none to wait for.
   */
  newcomers(
    kid: string | undefined,
    tried: readonly KeyObject[],
  ): Eventually<readonly KeyObject[]> {
    if (kid === undefined) return NONE;
    const keys = this.findOthers(kid, tried);
    if (keys.length > 0) return keys;
    return this.flight !== undefined || this.unknownKeys.take() ? this.lookAgain(kid, tried) : NONE;
  }

  private async lookAgain(kid: string, tried: readonly KeyObject[]): Promise<readonly KeyObject[]> {
    // A fetch that was under way may bring the set of before: then one more, begun since.
    const wasUnderWay = this.flight !== undefined;
    await this.refresh();
    const isUndecided = this.failure === undefined && this.findOthers(kid, tried).length === 0;
    if (wasUnderWay && isUndecided && (this.flight !== undefined || this.unknownKeys.take())) {
      await this.refresh();
    }
    return this.findOthers(kid, tried);
  }

  /** The key is known but nobody has asked for long: it may have been removed since. */
  private async renew(kid: string): Promise<readonly KeyObject[]> {
    await this.refresh();
    return this.find(kid);
  }

  /**
   * Asks for a key that is not in the set, then says what is known. A fetch under way began before this request and may
   * miss a key published since; one begun afterwards is enough, or a slow key set would hold a made-up id for ever.
   */
  private async lookUp(kid: string): Promise<readonly KeyObject[]> {
    const underWay = this.flight;
    await underWay;
    const hasFailed = underWay !== undefined && this.failure !== undefined;
    if (!hasFailed && this.find(kid).length === 0 && this.mayFetch()) await this.refresh();
    const keys = this.find(kid);
    // While Clerk is down nobody can say that a key is unknown: it may be one published since.
    if (keys.length === 0 && this.failure !== undefined) throw this.failure.reason;
    return keys;
  }

  private mayFetch(): boolean {
    if (this.flight !== undefined) return true;
    // The first fetch counts too, so that a flood of made-up ids on a cold start gets no extra one.
    return this.unknownKeys.take() || this.usableKeys() === undefined;
  }

  private find(kid: string): readonly KeyObject[] {
    return this.usableKeys()?.get(kid) ?? NONE;
  }

  private findOthers(kid: string, tried: readonly KeyObject[]): readonly KeyObject[] {
    return this.find(kid).filter((key) => !tried.includes(key));
  }

  private refresh(): Promise<void> {
    this.flight ??= this.fetch().finally(() => (this.flight = undefined));
    return this.flight;
  }

  private async fetch(): Promise<void> {
    try {
      const keys = sameObjects(await this.fetchKeys(), this.publication?.keys);
      this.publication = { keys, fetchedAt: this.now() };
      this.failure = undefined;
      if (KEY_FETCHES.hasSubscribers) KEY_FETCHES.publish({ keys: keys.size });
    } catch (reason) {
      this.noteFailure(reason as AuthorityUnavailable);
    }
  }

  private noteFailure(reason: AuthorityUnavailable): void {
    if (this.failure === undefined && this.usableKeys() !== undefined) {
      const minutes = String(Math.floor((KEY_AGES.gone - this.age()) / MINUTE));
      this.logger.warn(
        `Clerk's keys could not be refreshed (${reason.message}): the last good ones serve for ${minutes} more minutes.`,
      );
    }
    this.failure = { reason, at: this.now() };
    if (KEY_FETCHES.hasSubscribers) {
      const age = this.usableKeys() === undefined ? undefined : Math.floor(this.age() / 1000);
      KEY_FETCHES.publish({ reason: reason.message, age });
    }
  }

  private usableKeys(age = this.age()): KeySet | undefined {
    return age < KEY_AGES.gone ? this.publication?.keys : undefined;
  }

  private mayRefresh(): boolean {
    return this.failure === undefined || this.since(this.failure.at) >= RETRY_PAUSE;
  }

  private age(): number {
    return this.since(this.publication?.fetchedAt ?? Number.NEGATIVE_INFINITY);
  }

  /** A clock that was set back makes things older, never younger. */
  private since(time: number): number {
    return Math.abs(this.now() - time);
  }
}
