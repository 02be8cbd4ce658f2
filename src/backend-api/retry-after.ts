/** Longest pause we pass on, in seconds: beyond an hour the header says more about its sender than about the outage. */
const LONGEST = 3600;

/** Whole seconds from a `Retry-After` in its delay form (RFC 9110 section 10.2.3); Clerk sends no dates. */
export function readRetryAfter(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{1,9}$/.test(value)) return undefined;
  return Math.min(Number(value), LONGEST);
}
