import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const bench = import.meta.dirname;
const root = join(bench, '..');
const compiled = join(bench, 'node_modules', '.compiled');
const installed = join(bench, 'node_modules', 'nestjs-clerk-auth');

/** Installs the peers once, and the library as built just now: what is published is what is measured. */
export function prepare() {
  if (!existsSync(join(bench, 'node_modules', '.package-lock.json'))) {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: bench, stdio: 'inherit' });
  }
  if (!existsSync(join(root, 'dist', 'esm', 'index.js'))) {
    throw new Error(
      'The library is not built. Run `npm run bench` at the root, or `npm run build` first.',
    );
  }
  // A copy and no link: a linked package would bring a second copy of Nest along, the root's.
  rmSync(installed, { recursive: true, force: true });
  cpSync(join(root, 'dist'), join(installed, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(installed, 'package.json'));
  // A file for each module, as the package was before it was bundled: some of what is measured has no door.
  rmSync(compiled, { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(root, 'tsconfig.build.code.json');
  execFileSync(process.execPath, [tsc, '-p', project, '--outDir', compiled], { stdio: 'inherit' });
}
