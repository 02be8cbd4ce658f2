import everything from '../../jest.config.mjs';
import { askedRoom } from './rooms.mjs';

const library = everything.projects.find(({ displayName }) => displayName === 'library');

/** Jest as the library's tests have it, with the tests of one room alone. */
export default {
  ...library,
  testTimeout: everything.testTimeout,
  testMatch: askedRoom().specs.map((spec) => `<rootDir>/test/${spec}.spec.ts`),
};
