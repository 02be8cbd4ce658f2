// Compiles code and types side by side, bundles both, then puts them in place in one move: whoever reads dist/
// meanwhile sees a whole build or none. A failed build leaves none, so that nothing stale is tested.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleCode, bundleTypes } from './bundle.mjs';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const formats = { esm: 'module', cjs: 'commonjs' };

mkdirSync(join(root, '.cache'), { recursive: true });
const compiled = mkdtempSync(join(root, '.cache', 'compiled-'));
const staging = mkdtempSync(join(root, '.cache', 'build-'));

try {
  const codes = await Promise.all([compile('code'), compile('types')]);
  if (codes.some((code) => code !== 0)) throw new Error('Not compiled, so not built.');
  await bundleCode(join(compiled, 'code'), staging);
  await bundleTypes(join(compiled, 'types'), staging);
  for (const [format, type] of Object.entries(formats)) {
    // Bundlers read `sideEffects` from the nearest package.json, so it is said again here.
    const manifest = JSON.stringify({ type, sideEffects: false });
    writeFileSync(join(staging, format, 'package.json'), `${manifest}\n`);
  }
  rmSync(dist, { recursive: true, force: true });
  renameSync(staging, dist);
} catch (error) {
  for (const folder of [dist, staging]) rmSync(folder, { recursive: true, force: true });
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(compiled, { recursive: true, force: true });
}

function compile(part) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(root, `tsconfig.build.${part}.json`);
  const child = spawn(process.execPath, [tsc, '-p', project, '--outDir', join(compiled, part)], {
    stdio: 'inherit',
  });
  return new Promise((resolve) => child.on('close', resolve));
}
