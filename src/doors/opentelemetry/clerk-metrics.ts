import type { Counter, Histogram, Meter } from '@opentelemetry/api';

/** Seconds. The SDK's own are made for milliseconds; most looks take a fraction of one, and calls up to a few seconds. */
const SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** The instruments of one meter. */
export class ClerkMetrics {
  readonly authentication: Histogram;
  readonly refusals: Counter;
  readonly backendCall: Histogram;
  readonly keyRefreshes: Counter;

  constructor(meter: Meter) {
    const seconds = { unit: 's', advice: { explicitBucketBoundaries: SECONDS } };
    this.authentication = meter.createHistogram('clerk.authentication.duration', {
      ...seconds,
      description: 'How long it took to find out who sent a request.',
    });
    this.refusals = meter.createCounter('clerk.refusals', {
      unit: '{refusal}',
      description: 'Requests that a guard did not let in.',
    });
    this.backendCall = meter.createHistogram('clerk.backend.request.duration', {
      ...seconds,
      description: "How long a call to Clerk's Backend API took; each try counts.",
    });
    this.keyRefreshes = meter.createCounter('clerk.keys.refreshes', {
      unit: '{refresh}',
      description: "How often the instance's published keys were fetched.",
    });
  }
}
