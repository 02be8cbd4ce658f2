import type { ModulesContainer } from '@nestjs/core';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { StandIn } from '../session/stand-in.js';

/** What `@nestjs/testing` calls the module that it makes around a test's. */
const TEST_ROOT = 'RootTestModule';

/**
 * The stand-in, if there is one and this is a test. Whoever gets one into a real application would have everybody signed
 * in as the same user.
 *
 * @throws ConfigurationError `configuration_invalid` outside a test, and for anything that cannot stand in
 */
export function standInOfATest(given: unknown, modules: ModulesContainer): StandIn | null {
  if (given === null) return null;
  if (![...modules.values()].some(({ metatype }) => metatype.name === TEST_ROOT)) {
    throw new ConfigurationError([
      'CLERK_TEST_CALLER is for tests alone: override it in Test.createTestingModule(), and provide it nowhere.',
    ]);
  }
  if (isStandIn(given)) return given;
  throw new ConfigurationError([
    'CLERK_TEST_CALLER was overridden with something else than what signedInAs() gives.',
  ]);
}

function isStandIn(given: unknown): given is StandIn {
  return typeof (given as Partial<StandIn> | undefined)?.authenticate === 'function';
}
