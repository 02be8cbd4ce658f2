const { TestEnvironment } = require('jest-environment-node');

/** Runs of Jest in which a test has failed, by their settings: the process lives through many runs. */
const failed = new WeakSet();

/**
 * Ends a run with its first failure: the fault is noticed then, and the other tests would only cost time. Jest's own `bail`
 * is not for those who run it by its API, as Stryker does.
 */
module.exports = class FirstFailureEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.run = config.globalConfig;
  }

  /** Whether the files that are left need not be loaded. */
  get isOver() {
    return failed.has(this.run);
  }

  handleTestEvent({ name, test }) {
    if (name === 'test_done' && test.errors.length > 0) failed.add(this.run);
    if (name === 'test_start' && this.isOver) test.mode = 'skip';
  }
};
