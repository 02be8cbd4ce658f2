'use strict';

/** The module that `main.ts` starts, whatever it is called; else `app.module.ts`. */
exports.findModule = (tree, sourceRoot) => {
  const main = `${sourceRoot}/main.ts`;
  const started = tree.exists(main) ? startedBy(tree.readText(main)) : undefined;
  const candidates = [started, './app.module']
    .filter((path) => path !== undefined)
    .map((path) => `${sourceRoot}/${path.replace(/^\.\//, '').replace(/\.[jt]s$/, '')}.ts`);
  return candidates.find((path) => tree.exists(path));
};

function startedBy(main) {
  const name = /NestFactory\s*\.\s*create\w*\s*(?:<[^(]*>)?\s*\(\s*(\w+)/.exec(main)?.[1];
  if (name === undefined) return undefined;
  const named = new RegExp(
    `import\\s*\\{[^}]*\\b${name}\\b[^}]*\\}\\s*from\\s*['"](\\.[^'"]+)['"]`,
  );
  return named.exec(main)?.[1];
}
