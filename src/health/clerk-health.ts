import { Inject, Injectable } from '@nestjs/common';
import { healthStatusOf, type ClerkHealthStatus } from './health-status.js';
import { VITALS } from './tokens.js';
import type { Vitals } from './vitals.js';

/**
 * Whether callers can be told apart, from memory alone: asking costs no call to Clerk, however often. For readiness, not
 * for liveness: a restart brings nobody's keys back. With `@nestjs/terminus`, take `ClerkHealthIndicator` of
 * `nestjs-clerk-auth/health`.
 *
 * @example
 * ```ts
 * const { state, reason } = app.get(ClerkHealth).status();
 * ```
 */
@Injectable()
export class ClerkHealth {
  // A property and not a parameter: what a constructor takes is public.
  @Inject(VITALS) private readonly vitals!: Vitals;

  /**
   * How things are now. Where the keys are older than four minutes, or there are none, it has them fetched in the
   * background, and waits for nothing.
   */
  status(): ClerkHealthStatus {
    return healthStatusOf(this.vitals);
  }
}
