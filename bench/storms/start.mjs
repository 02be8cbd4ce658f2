import { Child } from '../support/child.mjs';
import { SCALE } from '../support/scale.mjs';
import { median } from '../support/statistics.mjs';

const WORKER = new URL('boot-worker.mjs', import.meta.url);

/**
 * Milliseconds to boot an application: without the module, with it, and with it while Clerk never answers. Every boot
 * in a process of its own.
 * @param {import('./counted.mjs').Scene} scene
 */
export async function start({ clerk, fixture }) {
  const boots = { without: [], with: [], hanging: [] };
  for (let round = 0; round < SCALE.boots; round += 1) {
    boots.without.push(await boot(undefined));
    boots.with.push(await boot(fixture.options));
    clerk.outage('hang');
    boots.hanging.push(await boot(fixture.options));
    clerk.outage(false);
  }
  const initOf = (kind) => median(boots[kind].map(({ init }) => init));
  const load = median(boots.with.map((each) => each.load));
  return { without: initOf('without'), with: initOf('with'), hanging: initOf('hanging'), load };
}

async function boot(options) {
  const child = new Child(WORKER);
  try {
    return await child.ask('boot', options);
  } finally {
    await child.stop();
  }
}
