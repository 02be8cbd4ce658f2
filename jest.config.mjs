const swc = [
  '@swc/jest',
  {
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      // Said here as in tsconfig.json: what Jest runs must carry the same decorator metadata as what tsc ships.
      transform: { legacyDecorator: true, decoratorMetadata: true, verbatimModuleSyntax: true },
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
    swcrc: false,
  },
];

const base = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': swc },
  moduleNameMapper: {
    // The package's own name reads src/, so tests need no build.
    '^nestjs-clerk-auth$': '<rootDir>/src/index.ts',
    '^nestjs-clerk-auth/([a-z-]+)$': '<rootDir>/src/doors/$1/index.ts',
    // nodenext sources say `./x.js` where the file on disk is `./x.ts`.
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // Mercurius requires it, and it requires a package that is ESM alone, which Jest cannot before Node 24.
    '^@fastify/static$': '<rootDir>/test/support/fastify-static.cjs',
  },
  // Built files, and the small packages the contract tests carry, are not this package's modules.
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/.cache/',
    '<rootDir>/test/contract/consumers/',
  ],
};

export default {
  // Nothing here is timed: a slow machine must not turn a promise red. Jest reads it here and in no project.
  testTimeout: 30_000,
  // Jest's default is cores - 1, which is a single worker on a two-core machine.
  maxWorkers: 2,
  // The v8 provider costs three times as much under native ESM.
  coverageProvider: 'babel',
  collectCoverageFrom: ['src/**/*.ts'],
  coverageDirectory: 'coverage',
  coverageReporters: ['text-summary', 'lcov', 'json-summary'],
  projects: [
    {
      ...base,
      displayName: 'library',
      testMatch: ['<rootDir>/test/**/*.spec.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '<rootDir>/test/contract/',
        '<rootDir>/test/browser/',
        '<rootDir>/test/brokers/',
        '<rootDir>/test/redis/',
      ],
    },
    {
      ...base,
      displayName: 'contract',
      globalSetup: '<rootDir>/test/contract/support/build-if-stale.mjs',
      testMatch: ['<rootDir>/test/contract/*.spec.ts'],
    },
    {
      ...base,
      displayName: 'browser',
      globalTeardown: '<rootDir>/test/browser/support/say-when-skipped.mjs',
      testMatch: ['<rootDir>/test/browser/*.spec.ts'],
    },
    {
      ...base,
      displayName: 'brokers',
      globalTeardown: '<rootDir>/test/brokers/support/say-when-skipped.mjs',
      testMatch: ['<rootDir>/test/brokers/*.spec.ts'],
    },
    {
      ...base,
      displayName: 'redis',
      globalTeardown: '<rootDir>/test/redis/support/say-when-skipped.mjs',
      testMatch: ['<rootDir>/test/redis/*.spec.ts'],
    },
  ],
};
