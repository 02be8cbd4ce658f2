// `npm run bench`: measures the library as built beside its peers, prints the page and writes it to
// docs/performance.md. `BENCH_QUICK=1` does little of everything and leaves that page alone.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadavg } from 'node:os';
import * as prettier from 'prettier';
import { prepare } from './prepare.mjs';

prepare();

// Only now is there a library to import.
const { measure } = await import('./measure.mjs');
const { QUICK } = await import('./support/scale.mjs');
const { reportOf } = await import('./report.mjs');

const root = join(import.meta.dirname, '..');
const page = join(root, QUICK ? '.cache/performance-quick.md' : 'docs/performance.md');

const began = performance.now();
const load = loadavg()[0];
const results = await measure((what) => console.error(`${seconds().padStart(5)} s  ${what}`));
const report = await prettier.format(reportOf({ ...results, load }), {
  ...(await prettier.resolveConfig(page)),
  parser: 'markdown',
});

mkdirSync(dirname(page), { recursive: true });
writeFileSync(page, report);
console.log(report);
console.error(`${seconds()} s; written to ${page}`);

function seconds() {
  return ((performance.now() - began) / 1000).toFixed(0);
}
