import { Logger } from '@nestjs/common';

/** Characters of an origin that are worth a line; it is a stranger's text. */
const LONGEST_ORIGIN = 100;

/**
 * Tells the log, once, that a request from another site was refused, and what to do if that site is one's own: a front
 * end on `localhost:3000` that sends cookies to `localhost:4000` is one.
 */
export class CrossSiteNotice {
  private readonly logger = new Logger('ClerkModule');
  private isSaid = false;

  warnOnce(origin: string | undefined): void {
    if (this.isSaid) return;
    this.isSaid = true;
    // As JSON: a line break in it would forge a line of the log.
    const from = origin === undefined ? 'without Origin' : JSON.stringify(cut(origin));
    this.logger.warn(
      `A request from another site (${from}) bore a session cookie and was refused with cross_site_request; later ones ` +
        'are refused without a word. If that site is your own front end, add its origin to authorizedParties, or let ' +
        'it send a Bearer token.',
    );
  }
}

function cut(origin: string): string {
  return origin.length > LONGEST_ORIGIN ? `${origin.slice(0, LONGEST_ORIGIN)}...` : origin;
}
