export { CallerThrottlerGuard, type CallerThrottlerGuardClass } from './caller-throttler-guard.js';
export type { CallerThrottlerOptions } from './caller-throttler-options.js';
