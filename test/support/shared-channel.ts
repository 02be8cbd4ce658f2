import { RevocationChannel, type Notice, type RevocationListener } from 'nestjs-clerk-auth';

interface Said {
  readonly at: number;
  readonly notice: Notice;
}

/** Where machines leave what others should hear: what Redis is in earnest, moved by hand. */
export class SharedStore {
  private said: Said[] = [];
  private readonly listeners = new Set<RevocationListener>();

  constructor(readonly now: () => number) {}

  /** Everything that was published, in order. */
  readonly published: Notice[][] = [];

  say(notices: readonly unknown[]): void {
    const at = this.now();
    this.said.push(...notices.map((notice) => ({ at, notice: notice as Notice })));
    for (const listener of this.listeners) listener.heard(notices as Notice[]);
  }

  /** A machine that listens hears what was said before, and that this is all. */
  enter(listener: RevocationListener): void {
    const oldest = this.now() - listener.since;
    listener.heard(this.said.filter(({ at }) => at >= oldest).map(({ notice }) => notice));
    listener.complete(this.now());
    this.listeners.add(listener);
  }

  leave(listener: RevocationListener): void {
    this.listeners.delete(listener);
  }

  /** Tells all who listen that there was nothing else. */
  tick(): void {
    for (const listener of this.listeners) listener.complete(this.now());
  }

  /** The store loses everything. */
  empty(): void {
    this.said = [];
  }
}

/** One machine's way to the store, which a test can break. */
export class SharedChannel extends RevocationChannel {
  /** `up`; `down`: every call is refused; `silent`: nothing is ever said. */
  link: 'up' | 'down' | 'silent' = 'up';
  /** How often the store was listened to. */
  follows = 0;
  private breakOff: () => void = () => undefined;

  constructor(private readonly store: SharedStore) {
    super();
  }

  async publish(notices: readonly Notice[]): Promise<void> {
    if (this.link === 'silent') return new Promise(() => undefined);
    if (this.link === 'down') throw new Error('The link is down.');
    this.store.published.push([...notices]);
    this.store.say(notices);
  }

  async follow(listener: RevocationListener): Promise<void> {
    this.follows += 1;
    if (this.link === 'down') throw new Error('The link is down.');
    if (this.link === 'up') this.store.enter(listener);
    try {
      await new Promise<void>((resolve, reject) => {
        listener.signal.addEventListener('abort', () => resolve());
        this.breakOff = () => reject(new Error('The link broke.'));
      });
    } finally {
      this.store.leave(listener);
    }
  }

  /** The link breaks for those who listen. */
  cut(link: 'down' | 'silent' = 'down'): void {
    this.link = link;
    this.breakOff();
  }
}
