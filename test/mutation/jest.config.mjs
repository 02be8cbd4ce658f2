import { join } from 'node:path';
import everything from '../../jest.config.mjs';
import { askedRoom } from './rooms.mjs';

const library = everything.projects.find(({ displayName }) => displayName === 'library');

/** Jest as the library's tests have it, with the tests of one room alone. */
export default {
  ...library,
  testTimeout: everything.testTimeout,
  testEnvironment: join(import.meta.dirname, 'first-failure-environment.cjs'),
  testRunner: join(import.meta.dirname, 'jest-circus-until-first-failure.cjs'),
  testMatch: askedRoom().specs.map((spec) => `<rootDir>/test/${spec}.spec.ts`),
};
