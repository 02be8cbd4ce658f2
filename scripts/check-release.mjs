// Before a release: the tag, the version and the changelog must speak of the same thing.
// `node scripts/check-release.mjs v1.2.3`
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const read = (file) => readFileSync(join(root, file), 'utf8');

const [, , tag = ''] = process.argv;
const { version } = JSON.parse(read('package.json'));
const [heading = ''] = read('CHANGELOG.md').match(/^## \[.*$/m) ?? [];

const problems = [
  tag === `v${version}` ? '' : `The tag is ${tag}, the version in package.json ${version}.`,
  heading.startsWith(`## [${version}]`)
    ? ''
    : `The newest entry of CHANGELOG.md is "${heading}", not ${version}.`,
  /^## \[[^\]]+\] - \d{4}-\d{2}-\d{2}$/.test(heading)
    ? ''
    : `The newest entry of CHANGELOG.md bears no date: "${heading}".`,
].filter((problem) => problem !== '');

for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
