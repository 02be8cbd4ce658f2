import { askedRoom } from './test/mutation/rooms.mjs';

const { name, mutate } = askedRoom();

// One adapter will do: which of them is in use matters to no room that is asked about.
process.env.ONLY_ADAPTER = 'fastify';

export default {
  mutate,
  testRunner: 'jest',
  // Jest runs as ESM here, and so it must in Stryker's hands.
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { configFile: 'test/mutation/jest.config.mjs', enableFindRelatedTests: false },
  // What the type check of `npm run check` refuses, no test need notice.
  checkers: ['typescript'],
  tsconfigFile: 'tsconfig.build.json',
  // Each fault meets only the tests that walk over it.
  coverageAnalysis: 'perTest',
  // Two for the tests: the type check is done first, and takes as many again.
  concurrency: 4,
  // A fault that nothing shows runs all tests. Only one that never ends is to take this long.
  timeoutMS: 90_000,
  tempDirName: '.cache/stryker',
  ignorePatterns: ['.cache', 'bench', 'coverage', 'dist', 'docs', 'sample'],
  thresholds: { high: 95, low: 90, break: 90 },
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { logTests: false, reportTests: false },
  jsonReporter: { fileName: `.cache/mutation/${name}.json` },
};
