import { Logger } from '@nestjs/common';
import type { AuthorityUnavailable } from '../errors/authority-unavailable.js';

/** Milliseconds between two warnings: an outage deserves one, not one for every request. */
const PAUSE = 60_000;

/** Tells the log that requests went on without a session because nobody could say whether they have one. */
export class OutageNotice {
  private readonly logger = new Logger('ClerkModule');
  private warnedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly now: () => number) {}

  warn(reason: AuthorityUnavailable): void {
    if (this.now() - this.warnedAt < PAUSE) return;
    this.warnedAt = this.now();
    this.logger.warn(
      `Clerk cannot be asked (${reason.message}): routes with an optional session go on without one.`,
    );
  }
}
