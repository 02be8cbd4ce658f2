// Builds both formats side by side, then puts them in place in one move: whoever reads dist/
// meanwhile sees a whole build or none. A failed build leaves none, so that nothing stale is tested.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const formats = { esm: 'module', cjs: 'commonjs' };

mkdirSync(join(root, '.cache'), { recursive: true });
const staging = mkdtempSync(join(root, '.cache', 'build-'));

const results = await Promise.all(Object.keys(formats).map(compile));
rmSync(dist, { recursive: true, force: true });

if (results.every((code) => code === 0)) {
  for (const [format, type] of Object.entries(formats)) {
    // Bundlers read `sideEffects` from the nearest package.json, so it is said again here.
    const manifest = JSON.stringify({ type, sideEffects: false });
    writeFileSync(join(staging, format, 'package.json'), `${manifest}\n`);
  }
  renameSync(staging, dist);
} else {
  rmSync(staging, { recursive: true, force: true });
  process.exitCode = 1;
}

function compile(format) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(root, `tsconfig.build.${format}.json`);
  const child = spawn(process.execPath, [tsc, '-p', project, '--outDir', join(staging, format)], {
    stdio: 'inherit',
  });
  return new Promise((resolve) => child.on('close', resolve));
}
