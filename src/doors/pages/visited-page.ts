import type { Visit } from '../../access/page-gate.js';
import type { Authenticator } from '../../session/authenticator.js';
import type { Page } from './page.js';

/** A page that a guard stands before. */
export interface VisitedPage extends Visit {
  readonly page: Page;
}

/** The rules that hold for everybody, and the time. */
export interface Judging {
  readonly rules: Authenticator;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
