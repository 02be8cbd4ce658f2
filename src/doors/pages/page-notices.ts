import { Logger } from '@nestjs/common';

/** Why a browser is not sent anywhere although that would be its way. */
export type Blocked =
  | 'origin_unknown'
  | 'origin_not_authorized'
  | 'handshakes_in_a_row'
  | 'sign_ins_in_a_row'
  | 'no_cookies'
  | 'sign_in_page_guarded';

/** Milliseconds between two lines about the same: whoever asks in a loop does not fill the log. */
const PAUSE = 60_000;

const MESSAGES: Readonly<Record<Blocked, string>> = {
  origin_unknown:
    'A page was asked for, but nobody can say under which origin the browser sees this application: set the option ' +
    'origin of ClerkPagesModule, or have the adapter trust the proxy before it.',
  origin_not_authorized:
    'A page was asked for under an origin that is not among authorizedParties, so no session of it would count: add it, ' +
    'or, behind a proxy, set trust proxy (Express), trustProxy (Fastify) or the option origin of ClerkPagesModule.',
  handshakes_in_a_row:
    'Three handshakes in a row brought no session that counts: look whether publishable and secret key are of one ' +
    'Clerk instance, whether the clock is right, and whether something on the way takes cookies off.',
  sign_ins_in_a_row:
    'A browser was sent to the sign-in page three times in a row and came back without a session that counts: look ' +
    'whether that page signs in at the same Clerk instance.',
  no_cookies:
    'A browser came back from a handshake without the cookie it was sent with: it keeps no cookies, or somebody else ' +
    'began that handshake. It is not sent again.',
  sign_in_page_guarded:
    'The sign-in page itself asks for a session, and would lead to itself: mark its handler with @Public().',
};

/** Tells developers why somebody is refused who should have been sent on. Nothing of the caller's is in it. */
export class PageNotices {
  private readonly logger = new Logger('ClerkPagesModule');
  private readonly saidAt = new Map<Blocked, number>();

  /** @param now milliseconds since the epoch */
  constructor(private readonly now: () => number) {}

  warn(blocked: Blocked): void {
    const at = this.saidAt.get(blocked) ?? Number.NEGATIVE_INFINITY;
    // A clock that was set back makes the last line older, never younger.
    if (Math.abs(this.now() - at) < PAUSE) return;
    this.saidAt.set(blocked, this.now());
    this.logger.warn(MESSAGES[blocked]);
  }
}
