const { createEmptyTestResult } = require('@jest/test-result');
const { default: circus } = require('jest-circus/runner');

/** Jest takes a file without any test for a mistake. */
const NOT_RUN = {
  ancestorTitles: [],
  failureDetails: [],
  failureMessages: [],
  fullName: 'not run',
  status: 'pending',
  title: 'not run',
};

/** Jest's own runner (by its name Stryker knows it), which does not load a file anymore once `FirstFailureEnvironment` has seen a failure. */
module.exports = function run(globalConfig, config, environment, runtime, testFilePath, ...more) {
  return environment.isOver
    ? { ...createEmptyTestResult(), testFilePath, numPendingTests: 1, testResults: [NOT_RUN] }
    : circus(globalConfig, config, environment, runtime, testFilePath, ...more);
};
