import { Child } from '../support/child.mjs';
import { SCALE } from '../support/scale.mjs';
import { median, summarize } from '../support/statistics.mjs';
import { CANDIDATES } from './candidates.mjs';

const WORKER = new URL('worker.mjs', import.meta.url);

/**
 * CPU for one authentication, as a multiple of the bare signature check. Every candidate has a process of its own, so
 * that no other one shapes its compiled code, and is compared with the floor measured right before and after it in
 * that same process; the processes take turns.
 * @param {import('../support/fixture.mjs').Fixture} fixture
 * @param {readonly string[]} [names]
 */
export async function measureInProcess(fixture, names = Object.keys(CANDIDATES)) {
  const entries = names.map((name) => ({
    name,
    rounds: [],
    child: new Child(WORKER),
  }));
  try {
    for (const { name, child } of entries)
      await child.ask('prepare', { name, fixture, warmUp: SCALE.warmUp });
    for (let round = 0; round < SCALE.inProcessRounds; round += 1) {
      for (const { child, rounds } of entries) {
        rounds.push(await child.ask('round', SCALE.inProcessSlice));
      }
    }
  } finally {
    await Promise.all(entries.map(({ child }) => child.stop()));
  }
  return entries.map(({ name, rounds }) => rowOf(name, rounds));
}

function rowOf(name, rounds) {
  return {
    name,
    label: CANDIDATES[name].label,
    cost: median(rounds.map(({ cost }) => cost)),
    floor: median(rounds.map(({ floor }) => floor)),
    ratio: summarize(rounds.map(({ cost, floor }) => cost / floor)),
  };
}
