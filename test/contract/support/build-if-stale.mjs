// The contract tests look at dist/, so it has to be this source's dist/. A build that fails is not
// thrown from here, where it would end the whole run: it leaves no dist/, and the tests say so.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

export default function buildIfStale() {
  // Folders count as well: theirs is the only time that changes when a file is deleted.
  const sources = readdirSync(join(root, 'src'), { recursive: true }).map((path) => `src/${path}`);
  const settings = readdirSync(root).filter((name) => /^(?:tsconfig.*|package)\.json$/.test(name));
  const steps = readdirSync(join(root, 'scripts')).map((name) => `scripts/${name}`);
  const newest = Math.max(
    ...[...sources, ...settings, ...steps].map((path) => changedAt(join(root, path))),
  );
  if (newest < changedAt(join(root, 'dist/esm/package.json'))) return;
  spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
}

function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
