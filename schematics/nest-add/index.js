// `nest add nestjs-clerk-auth`: plain CommonJS without a dependency of its own. What it edits with is the project's own
// @nestjs/schematics, so that this package brings none.
'use strict';

const { addPackages } = require('./add-packages.js');
const { addTest } = require('./add-test.js');
const { addVariables } = require('./add-variables.js');
const { editModule } = require('./edit-module.js');
const { findModule } = require('./find-module.js');
const { readProject } = require('./read-project.js');

/** @returns a rule of @angular-devkit/schematics: the tree of files goes in, and comes out changed */
exports.nestAdd = (options) => async (tree, context) => {
  const say = (line) => context.logger.info(line);
  const sourceRoot = String(options.sourceRoot ?? 'src').replace(/\/+$/, '');
  const project = readProject(tree);

  addPackages(tree, project);
  const path = findModule(tree, sourceRoot);
  const outcome =
    path === undefined
      ? { kind: 'manual', reason: `No root module was found below ${sourceRoot}.` }
      : editModule(tree.readText(path), { isGlobal: options.global === true, project });
  switch (outcome.kind) {
    case 'edited':
      tree.overwrite(path, outcome.text);
      break;
    case 'there':
      say(`${path} knows nestjs-clerk-auth already: it is left as it is.`);
      break;
    case 'manual':
      context.logger.warn(
        `${outcome.reason} Add it yourself: imports: [ClerkModule.forRoot()], from 'nestjs-clerk-auth'.`,
      );
      break;
  }
  addVariables(tree);
  if (path !== undefined && outcome.kind === 'edited') addTest(tree, { sourceRoot, path, project });
  if (options.skipInstall !== true) install(context, project);

  if (outcome.kind === 'edited') {
    say('Put the keys of the Clerk Dashboard into .env.local, as .env.example shows.');
    say(
      'Tests that boot this module need keys from now on: see the test that was written, or set CLERK_SECRET_KEY.',
    );
  }
  return tree;
};

/** Through the project's own devkit; without one, npm is left to the developer. */
function install(context, { require: requireFromProject }) {
  try {
    const { NodePackageInstallTask } = requireFromProject('@angular-devkit/schematics/tasks');
    context.addTask(new NodePackageInstallTask());
  } catch {
    context.logger.info('Now install what was added to package.json.');
  }
}
