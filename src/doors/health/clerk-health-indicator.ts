import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { ClerkHealth } from '../../health/clerk-health.js';
import type { ClerkHealthStatus } from '../../health/health-status.js';
import { CLERK_HEALTH } from '../../health/tokens.js';

/** What a readiness probe is to make of it. */
export interface ClerkHealthOptions {
  /**
   * What to say while no session token can be verified: `'down'` has the pod taken out, `'degraded'` leaves it in, to
   * answer its public routes and 503 to everybody else.
   * @default 'down'
   */
  readonly whenUnknown?: 'down' | 'degraded';
}

/**
 * Clerk's part in a health check of `@nestjs/terminus`, from memory alone: however often probes come, Clerk is not asked.
 * For readiness, never for liveness.
 *
 * @example
 * ```ts
 * constructor(private readonly health: HealthCheckService, private readonly clerk: ClerkHealthIndicator) {}
 *
 * @Get('ready') @Public() @HealthCheck()
 * ready() {
 *   return this.health.check([() => this.clerk.isHealthy('clerk')]);
 * }
 * ```
 */
@Injectable()
export class ClerkHealthIndicator {
  // Properties and not parameters: what a constructor takes is public.
  @Inject(HealthIndicatorService) private readonly indicators!: HealthIndicatorService;
  @Inject(CLERK_HEALTH) private readonly health!: ClerkHealth;

  /**
   * `up`, `degraded` (200, with Terminus 11 `up` with `degraded: true`) or `down` (503), with what `ClerkHealth` says.
   *
   * @param key under which the check tells it
   */
  isHealthy<const Key extends string = 'clerk'>(
    key = 'clerk' as Key,
    { whenUnknown = 'down' }: ClerkHealthOptions = {},
  ): HealthIndicatorResult<Key> {
    const { state, ...data } = this.health.status();
    const indicator = this.indicators.check(key);
    switch (state === 'down' ? whenUnknown : state) {
      case 'up':
        return indicator.up(data);
      case 'degraded':
        return degraded(indicator, data);
      case 'down':
        return indicator.down(data);
    }
  }
}

type Indicator<Key extends string> = ReturnType<typeof HealthIndicatorService.prototype.check<Key>>;

/** Terminus 11 knows no such word. */
function degraded<Key extends string>(
  indicator: Indicator<Key>,
  data: Omit<ClerkHealthStatus, 'state'>,
): HealthIndicatorResult<Key> {
  const { degraded: say } = indicator as Partial<Pick<Indicator<Key>, 'degraded'>>;
  return say === undefined
    ? indicator.up({ ...data, degraded: true })
    : indicator.degraded({ ...data });
}
