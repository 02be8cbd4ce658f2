// Builds the site from `docs/`: nothing is written twice. Dead links fail the build, those between pages by VitePress, and
// those that lead out of `docs/` here.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const here = import.meta.dirname;
const root = join(here, '..');
const pages = join(here, '.pages');
const docs = join(root, 'docs');
const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const repositoryUrl = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');

rmSync(pages, { recursive: true, force: true });
cpSync(docs, pages, { recursive: true });
cpSync(join(here, 'index.md'), join(pages, 'index.md'));
mkdirSync(join(pages, 'public'), { recursive: true });

const dead = readdirSync(docs, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) => leadOutwards(name));
if (dead.length > 0) {
  console.error(`Dead links:\n${dead.join('\n')}`);
  process.exit(1);
}

run('typedoc', []);
run('vitepress', ['build']);

/** A link to a file outside of `docs/` becomes an address of the repository. */
function leadOutwards(name) {
  const file = join(docs, name);
  const lost = [];
  const text = readFileSync(file, 'utf8').replace(
    /\]\((?!https?:|#)([^)#\s]+)(#[^)]*)?\)/g,
    (link, path, anchor = '') => {
      const target = resolve(dirname(file), path);
      if (!existsSync(target)) lost.push(`docs/${name}: ${path}`);
      const isInside = !relative(docs, target).startsWith('..') && target.endsWith('.md');
      return isInside ? link : `](${repositoryUrl}/blob/main/${relative(root, target)}${anchor})`;
    },
  );
  writeFileSync(join(pages, name), text);
  return lost;
}

function run(tool, args) {
  execFileSync(join(here, 'node_modules', '.bin', tool), args, { cwd: here, stdio: 'inherit' });
}
