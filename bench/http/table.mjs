import { SCALE } from '../support/scale.mjs';
import { median, summarize } from '../support/statistics.mjs';
import { HttpContest } from './contest.mjs';
import { VARIANTS } from './variants.mjs';

export const ADAPTERS = ['express', 'fastify'];

/**
 * CPU that protection adds to a request. The server processes take turns; the load comes from the other core.
 * @param {import('../support/fixture.mjs').Fixture} fixture
 * @param {'express' | 'fastify'} adapter
 * @param {readonly string[]} [names]
 */
export async function measureHttp(fixture, adapter, names = Object.keys(VARIANTS)) {
  const contests = names.map((name) => new HttpContest(name, adapter, fixture));
  try {
    for (const contest of contests) {
      await contest.open();
      await contest.warmUp();
    }
    // The first time around is for whatever the warm-up left cold.
    for (let round = 0; round <= SCALE.httpRounds; round += 1) {
      for (const contest of contests) await contest.round();
    }
  } finally {
    await Promise.all(contests.map((contest) => contest.close()));
  }
  return contests.map(rowOf);
}

function rowOf({ name, adapter, variant, rounds }) {
  const counted = rounds.slice(1);
  return {
    name,
    adapter,
    label: variant.label,
    bare: median(counted.map(({ bare }) => bare)),
    added: summarize(counted.map(({ added }) => added)),
    ratio: summarize(counted.map(({ ratio }) => ratio)),
    rounds: counted,
  };
}
