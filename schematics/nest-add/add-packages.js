'use strict';

/** What this package asks to be there, in the major that fits. Version 12 of both is ESM, which Jest on Nest 11 cannot load. */
exports.addPackages = (tree, { manifest, major }) => {
  const nest = major < 12 ? '^4.0.0' : '^12.0.0';
  const wanted = { '@nestjs/axios': nest, '@nestjs/config': nest, axios: '^1.18.0' };
  const missing = Object.entries(wanted).filter(
    ([name]) => manifest.dependencies?.[name] === undefined,
  );
  if (missing.length === 0) return;
  const dependencies = { ...manifest.dependencies, ...Object.fromEntries(missing) };
  const sorted = Object.fromEntries(
    Object.entries(dependencies).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  const text = JSON.stringify({ ...manifest, dependencies: sorted }, null, 2);
  tree.overwrite('package.json', `${text}\n`);
};
