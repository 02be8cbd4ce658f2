import { channel } from 'node:diagnostics_channel';
import { Logger } from '@nestjs/common';

/** What Node keeps of a channel that somebody listens to; the same from Node 20 on. */
interface Listened {
  readonly _subscribers?: unknown;
}

/** Node says that it returns nothing; an `async` one returns a promise. */
type Subscriber = (message: unknown, name: string) => unknown;

/** One channel of `node:diagnostics_channel`, whose subscribers can do no harm. */
export class Channel<Message extends object> {
  private readonly channel;
  private readonly logger = new Logger('ClerkModule');
  private readonly complainedOf = new WeakSet<Subscriber>();

  constructor(private readonly name: string) {
    this.channel = channel(name);
  }

  /** To be asked before a message is made: nobody listens to most channels. */
  get hasSubscribers(): boolean {
    return this.channel.hasSubscribers;
  }

  /**
   * Hands a message to whoever listens. Node's own `publish` turns what a subscriber throws into an uncaught exception,
   * which ends the process: a mistake in a log line would take down the service that it was to watch. So each is called
   * here, where it can be caught; only if Node should hide them one day it is Node's `publish` again.
   */
  publish(message: Message): void {
    const { _subscribers: subscribers } = this.channel as Listened;
    Object.freeze(message);
    if (!Array.isArray(subscribers)) {
      this.channel.publish(message);
      return;
    }
    // Node replaces the list when somebody comes or goes, and never changes it: nobody is left out meanwhile.
    for (const subscriber of subscribers as readonly Subscriber[]) {
      this.tell(subscriber, message);
    }
  }

  private tell(subscriber: Subscriber, message: Message): void {
    try {
      const result: unknown = subscriber(message, this.name);
      // An `async` one throws by a promise, and an unhandled rejection ends the process as well.
      if (result instanceof Promise) {
        result.catch((reason: unknown) => {
          this.complain(subscriber, reason);
        });
      }
    } catch (reason) {
      this.complain(subscriber, reason);
    }
  }

  /** Once for each subscriber: one that fails for every request must not fill the log. */
  private complain(subscriber: Subscriber, reason: unknown): void {
    if (this.complainedOf.has(subscriber)) return;
    this.complainedOf.add(subscriber);
    const what = reason instanceof Error ? reason.stack : undefined;
    this.logger.error(
      `A subscriber of the channel "${this.name}" threw; requests go on without it, and this is said only once.`,
      what,
    );
  }
}
