import { summarize } from '../support/statistics.mjs';

/**
 * What `sessionContext` costs a request. Set beside the process without it, and not beside the unguarded application of
 * its own: on Node 20 and 22 the first `AsyncLocalStorage` makes every promise of its process dearer.
 */
export function sessionContextCost(rows) {
  const off = totals(rows, 'oursAgain');
  const on = totals(rows, 'sessionContext');
  return {
    off: summarize(off).median,
    on: summarize(on).median,
    added: summarize(on.map((total, round) => total - off[round])),
    ratio: summarize(on.map((total, round) => total / off[round])),
  };
}

/** Microseconds of CPU for a whole request, round by round: the processes take turns. */
function totals(rows, name) {
  return rows.find((row) => row.name === name).rounds.map(({ bare, added }) => bare + added);
}

/** Microseconds that were promised. */
export const SESSION_CONTEXT_LIMIT = Number(process.versions.node.split('.')[0]) < 24 ? 20 : 5;
