import { summarize } from '../support/statistics.mjs';

/** What `ClerkPagesModule` costs a page that is valid, beside the same route without it: the processes take turns. */
export function pageCost(rows) {
  const without = totals(rows, 'guardedCookies');
  const withPages = totals(rows, 'page');
  return {
    added: summarize(withPages.map((total, round) => total - without[round])),
    ratio: summarize(withPages.map((total, round) => total / without[round])),
  };
}

/** Microseconds of CPU for a whole request, round by round. */
function totals(rows, name) {
  return rows.find((row) => row.name === name).rounds.map(({ bare, added }) => bare + added);
}
