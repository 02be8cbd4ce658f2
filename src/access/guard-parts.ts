import type { Authenticator } from '../session/authenticator.js';
import type { OutageNotice } from './outage-notice.js';
import type { Refusals } from './refuse.js';

/** What a guard works with; all of one Clerk instance. */
export interface GuardParts {
  readonly authenticator: Authenticator;
  readonly refusals: Refusals;
  readonly outages: OutageNotice;
}
