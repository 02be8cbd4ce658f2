// Runs the schematic of `nest add` over files in memory: `node run-nest-add.cjs '<{ files, options }>'` prints what became
// of them. A process of its own, since the schematic finds the project's packages as Node does.
'use strict';

const { nestAdd } = require('../../../schematics/nest-add/index.js');

const { files, options } = JSON.parse(process.argv[2]);
const said = [];

/** As much of a tree of @angular-devkit/schematics as the schematic uses. */
const tree = {
  exists: (path) => Object.hasOwn(files, path),
  readText: (path) => files[path],
  create: (path, text) => {
    if (Object.hasOwn(files, path)) throw new Error(`${path} is there already`);
    files[path] = text;
  },
  overwrite: (path, text) => {
    if (!Object.hasOwn(files, path)) throw new Error(`${path} is not there`);
    files[path] = text;
  },
};
const logger = { info: (line) => said.push(line), warn: (line) => said.push(line) };
const tasks = [];
const context = { logger, addTask: (task) => tasks.push(task.constructor.name) };

nestAdd(options)(tree, context).then(() => {
  console.log(JSON.stringify({ files, said, tasks }));
});
