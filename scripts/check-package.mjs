// What is published: nothing but what belongs there, and no more of it than it takes. A part of `npm run check`.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Bytes of the tarball. Of twelve doors: ESM code 166,000, types 49,000; that all of it is there a second time for
 * CommonJS costs 31,000; the rest is what stands beside dist/. Raising this is a decision, not a habit.
 */
const LARGEST = 275_000;

const BELONGS =
  /^(?:dist\/(?:esm|cjs)\/.+\.(?:js|d\.ts)|dist\/(?:esm|cjs)\/package\.json|package\.json|README\.md|LICENSE|CHANGELOG\.md|schematics\/.+)$/;

const root = join(import.meta.dirname, '..');
const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
  cwd: root,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
});
const [{ size, entryCount, files }] = JSON.parse(output);

const foreign = files.map(({ path }) => path).filter((path) => !BELONGS.test(path));
for (const path of foreign) console.error(`${path} does not belong into the package.`);
if (size > LARGEST) console.error(`The tarball has ${size} bytes; the limit is ${LARGEST}.`);
console.log(`${Math.round(size / 1000)} kB, ${entryCount} files`);
process.exitCode = foreign.length === 0 && size <= LARGEST ? 0 : 1;
