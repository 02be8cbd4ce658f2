import type { RevocationListener } from '../../revocation/revocation-channel.js';
import type { NoticeEntry } from './notice-entries.js';
import { KEPT, PAGE, type NoticeStream } from './notice-stream.js';

/** Hands on what was told and what will be told. Ends only by rejecting, as it does when its connection is closed. */
export async function followStream(
  stream: NoticeStream,
  listener: RevocationListener,
  heartbeat: number,
): Promise<never> {
  const reading = new StreamReading(stream, listener, heartbeat, await stream.time());
  let hasAll = false;
  for (;;) hasAll = await reading.next(hasAll);
}

/** Where somebody is in the stream. */
class StreamReading {
  /** The id after which the next read begins. */
  private last: string;
  /** When an entry of that id came; `undefined` while none has. */
  private lastCame: number | undefined;
  private checked = -Infinity;
  private readonly started = performance.now();

  constructor(
    private readonly stream: NoticeStream,
    private readonly listener: RevocationListener,
    /** Milliseconds that a read waits for something to come: each is a sign of life. */
    private readonly heartbeat: number,
    /** Redis's time, milliseconds since the epoch. */
    private readonly startedAt: number,
  ) {
    // A millisecond earlier, for what is read comes after this id.
    this.last = `${String(Math.max(0, startedAt - Math.ceil(listener.since) - 1))}-0`;
  }

  /**
   * Reads on, and tells whether that was all for now.
   *
   * @param mayWait for something to come, once all has been read
   */
  async next(mayWait: boolean): Promise<boolean> {
    const checks = this.checks();
    const sentAt = this.listener.now();
    const [entries] = await Promise.all([this.read(mayWait), ...checks]);
    this.handOn(entries);
    const isAll = entries.length < PAGE;
    // Redis looked after this was sent: whatever had been told by then has been heard.
    if (isAll) this.listener.complete(sentAt);
    return isAll;
  }

  private read(mayWait: boolean): Promise<NoticeEntry[]> {
    return mayWait ? this.stream.wait(this.last, this.heartbeat) : this.stream.read(this.last);
  }

  private handOn(entries: readonly NoticeEntry[]): void {
    const end = entries[entries.length - 1];
    if (end === undefined) return;
    this.last = end.id;
    this.lastCame = performance.now();
    const notices = entries.flatMap((entry) => entry.notices);
    if (notices.length > 0) this.listener.heard(notices);
  }

  /** Once a heartbeat, on the way with the read and before it: they cost no time of their own. */
  private checks(): Promise<void>[] {
    const now = performance.now();
    if (now - this.checked < this.heartbeat) return [];
    this.checked = now;
    const inCharge = this.stream.assertInCharge(this.startedAt + now - this.started);
    // Later it may have been trimmed.
    const isYoung = this.lastCame !== undefined && now - this.lastCame < KEPT / 2;
    return isYoung ? [inCharge, this.stream.assertHolds(this.last)] : [inCharge];
  }
}
