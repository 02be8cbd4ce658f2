import type { Lifelines } from '../connections/lifelines.js';
import type { StandIn } from '../session/stand-in.js';
import type { Standings } from '../session/standings.js';
import type { OutageNotice } from './outage-notice.js';
import type { PageGate } from './page-gate.js';
import type { Refusals } from './refuse.js';

/** What a guard works with; all of one Clerk instance. */
export interface GuardParts {
  readonly authenticator: StandIn;
  readonly standings: Standings;
  readonly lifelines: Lifelines;
  readonly refusals: Refusals;
  readonly outages: OutageNotice;
  /** `undefined` without `ClerkPagesModule`. */
  readonly pages?: PageGate | undefined;
}
