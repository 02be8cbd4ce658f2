import type { Notice } from '../../revocation/notice.js';
import { entriesIn, fieldsOf, type NoticeEntry } from './notice-entries.js';
import type { RedisCommands } from './redis-commands.js';
import { reasonOf, RedisFailure } from './redis-failure.js';
import { within } from './within.js';

/** Entries. Beyond that the oldest leave, however young they are. */
const MOST = 100_000;

/** Milliseconds for which entries are kept: many times what any machine asks for. */
export const KEPT = 60 * 60_000;

/** Entries in one answer. Fewer than that means that there were no more. */
export const PAGE = 1000;

/** Commands that are on their way together. */
const AT_ONCE = 500;

const FOLLOWING = 'following notices';

/** In a cluster, the clock of the node that holds the key and gives its entries their ids, and of no other. */
const TIME_AT_KEY = "return redis.call('TIME')";

/** What Redis says to writes that it would lose: what is read there may lag behind what others write elsewhere. */
const NOT_IN_CHARGE = new Set(['READONLY', 'NOREPLICAS', 'MASTERDOWN', 'CLUSTERDOWN']);

/** The stream of one application's notices, through one connection. */
export class NoticeStream {
  constructor(
    private readonly commands: RedisCommands,
    private readonly key: string,
    private readonly isCluster: boolean,
    /** Milliseconds for each answer. */
    private readonly timeout: number,
  ) {}

  /** Adds notices, many at a time. Resolves when Redis has them all. */
  async add(notices: readonly Notice[]): Promise<void> {
    const fields = fieldsOf(notices);
    for (let at = 0; at < fields.length; at += AT_ONCE) {
      const some = fields.slice(at, at + AT_ONCE);
      await within(this.timeout, 'telling of ended sessions', () =>
        Promise.all(some.map((field) => this.append(field))),
      );
    }
  }

  /** Redis's time, in milliseconds since the epoch: entries are numbered by it. */
  async time(): Promise<number> {
    const answer = await within(this.timeout, 'asking for the time', () =>
      this.isCluster
        ? this.commands.send(this.key, ['EVAL', TIME_AT_KEY, '1', this.key])
        : this.commands.send(this.key, ['TIME']),
    );
    const [seconds, microseconds] = Array.isArray(answer) ? answer.map(Number) : [];
    const time = Math.floor(Number(seconds) * 1000 + Number(microseconds) / 1000);
    if (!Number.isSafeInteger(time)) throw new RedisFailure('asking for the time', 'UNKNOWN');
    return time;
  }

  /** What came after an entry, up to a page. */
  read(last: string): Promise<NoticeEntry[]> {
    return within(this.timeout, 'reading notices', async () =>
      entriesIn(await this.commands.send(this.key, this.reading(last))),
    );
  }

  /** The same, and waits up to `block` milliseconds for something to come. */
  wait(last: string, block: number): Promise<NoticeEntry[]> {
    return within(block + this.timeout, 'waiting for notices', async () =>
      entriesIn(await this.commands.send(this.key, this.reading(last, block))),
    );
  }

  /**
   * That this Redis still takes writes for the stream, and drops what nobody asks for any more. A copy that was a master
   * goes on answering reads while others write elsewhere.
   */
  async assertInCharge(now: number): Promise<void> {
    const oldest = String(Math.max(0, Math.floor(now - KEPT)));
    const refusal = await this.ask(['XTRIM', this.key, 'MINID', '~', oldest]).then(
      () => undefined,
      reasonOf,
    );
    // Any other complaint is no reason: Redis before 6.2 cannot trim so, and rules may forbid the command.
    if (refusal === undefined || !NOT_IN_CHARGE.has(refusal)) return;
    throw new RedisFailure(FOLLOWING, refusal);
  }

  /** That an entry is still there: without it the stream was emptied, or this is another one. */
  async assertHolds(id: string): Promise<void> {
    const looking = this.ask(['XRANGE', this.key, id, id, 'COUNT', '1']);
    const found = await looking.catch((error: unknown) => {
      // Who may not look goes on without.
      if (reasonOf(error) === 'NOPERM') return [id];
      throw error;
    });
    if (!Array.isArray(found) || found.length === 0) throw new RedisFailure(FOLLOWING, 'EMPTIED');
  }

  private ask(command: readonly [string, ...string[]]): Promise<unknown> {
    return within(this.timeout, FOLLOWING, () => this.commands.send(this.key, command));
  }

  private append([field, value]: readonly [string, string]): Promise<unknown> {
    const most = String(MOST);
    return this.commands.send(this.key, ['XADD', this.key, 'MAXLEN', '~', most, '*', field, value]);
  }

  private reading(last: string, block?: number): readonly [string, ...string[]] {
    const waiting = block === undefined ? [] : ['BLOCK', String(block)];
    return ['XREAD', 'COUNT', String(PAGE), ...waiting, 'STREAMS', this.key, last];
  }
}
