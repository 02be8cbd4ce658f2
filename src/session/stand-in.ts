import type { UserDirectory } from '../users/user-directory.js';
import type { Authenticator } from './authenticator.js';

/** Says in a test who is calling, in the place of the authenticator. Everything behind it stays: guard, demands, refusals. */
export type StandIn = Pick<Authenticator, 'authenticate'> & {
  /** Whom `UserService` and `@CurrentUser()` find; left out, nobody. */
  readonly users?: UserDirectory;
};

/**
 * Provides a stand-in in tests, `null` otherwise. The module's own provider, so that only a testing module can put another
 * in its place: no module of an application reaches it.
 */
export const CLERK_TEST_CALLER: unique symbol = Symbol.for('nestjs-clerk-auth:test-caller');
