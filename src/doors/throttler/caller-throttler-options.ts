import { ConfigurationError } from '../../errors/configuration-error.js';

/** What `CallerThrottlerGuard.with()` takes. */
export interface CallerThrottlerOptions {
  /**
   * Who shares a limit: all requests of a user, or all of an organization. Who has none active counts as a user.
   * @default 'user'
   */
  readonly by?: 'user' | 'organization';
  /**
   * How many credentials that only Clerk can judge (client tokens, opaque tokens of machines) an address may get wrong
   * before further ones are answered with 429, without asking Clerk.
   */
  readonly rejected?: {
    /** @default 10 */
    readonly limit?: number;
    /**
     * Milliseconds, of the window as well as of the block.
     * @default 60_000
     */
    readonly ttl?: number;
  };
}

/** The options as the code reads them. */
export interface CallerThrottlerSettings {
  readonly by: 'user' | 'organization';
  readonly limit: number;
  /** Milliseconds. */
  readonly ttl: number;
}

/** @throws ConfigurationError `configuration_invalid`, listing everything wrong */
export function readThrottlerOptions(options: CallerThrottlerOptions): CallerThrottlerSettings {
  const { by = 'user', rejected = {} } = options;
  const { limit = 10, ttl = 60_000 } = rejected;
  const problems = [
    ...(['user', 'organization'].includes(by) ? [] : ["by must be 'user' or 'organization'."]),
    ...(isCount(limit) ? [] : ['rejected.limit must be a whole number from 1 on.']),
    ...(isCount(ttl) ? [] : ['rejected.ttl must be a whole number of milliseconds from 1 on.']),
  ];
  if (problems.length > 0) {
    throw new ConfigurationError(problems.map((text) => `CallerThrottlerGuard.with(): ${text}`));
  }
  return { by, limit, ttl };
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
