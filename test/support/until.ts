import { setImmediate } from 'node:timers/promises';

/** Milliseconds: below Jest's own limit, so that the message says what never came. */
const PATIENCE = 4000;

/** Waits for what happens in the background, without a pause. */
export async function until(holds: () => boolean, patience = PATIENCE): Promise<void> {
  const end = performance.now() + patience;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`It never came to hold: ${holds.toString()}`);
    await setImmediate();
  }
}
