'use strict';

const { createRequire } = require('node:module');
const { join } = require('node:path');

/** What matters of the project: its major of Nest, its module system, and what its tests run with. */
exports.readProject = (tree) => {
  const manifest = JSON.parse(tree.readText('package.json'));
  const packages = { ...manifest.dependencies, ...manifest.devDependencies };
  const requireFromRoot = createRequire(join(process.cwd(), 'package.json'));
  return {
    manifest,
    major: majorOf(requireFromRoot, packages['@nestjs/core']),
    isEsm: manifest.type === 'module',
    runner: packages.vitest === undefined ? 'jest' : 'vitest',
    require: requireThrough(requireFromRoot),
  };
};

/** As installed, else as asked for. */
function majorOf(requireFromRoot, range = '') {
  const installed = tryTo(() => requireFromRoot('@nestjs/core/package.json').version) ?? range;
  return Number(/\d+/.exec(installed)?.[0] ?? 12);
}

/** With pnpm, only what @nestjs/schematics itself depends on can be found from there. */
function requireThrough(requireFromRoot) {
  return (name) => {
    const direct = tryTo(() => requireFromRoot.resolve(name));
    if (direct !== undefined) return requireFromRoot(name);
    return createRequire(requireFromRoot.resolve('@nestjs/schematics'))(name);
  };
}

function tryTo(attempt) {
  try {
    return attempt();
  } catch {
    return undefined;
  }
}
