/** Milliseconds. */
const PATIENCE = 10_000;

/** Looks again until it holds, as often as the browser can answer. */
export async function eventually<T>(look: () => Promise<T>, holds: (seen: T) => boolean) {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > end) throw new Error(`It never came to hold: ${holds.toString()}`);
  }
}
