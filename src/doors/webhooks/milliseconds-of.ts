/** Clerk's documents say milliseconds, the examples of its specification say seconds: below this it is seconds. */
const FIRST_IN_MILLISECONDS = 1e11;

/** A time of an event in milliseconds since the epoch; `undefined` for anything that is none. */
export function millisecondsOf(time: unknown): number | undefined {
  if (typeof time !== 'number' || !Number.isFinite(time) || time <= 0) return undefined;
  return time < FIRST_IN_MILLISECONDS ? time * 1000 : time;
}
