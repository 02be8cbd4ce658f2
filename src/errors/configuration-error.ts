import type { ConfigurationCode } from './error-code.js';

/**
 * The developer's mistake. At boot one such error lists every problem found, each with what to do about it.
 * No problem ever quotes a key: only names and prefixes.
 */
export class ConfigurationError extends Error {
  /** The name of the class. */
  override readonly name = 'ConfigurationError';

  /** One sentence a problem, ending in what to do. */
  readonly problems!: readonly string[];

  constructor(
    problems: readonly string[],
    /** `configuration_invalid` at boot; `guard_missing` at boot or when a request shows it; `context_unsupported` then. */
    readonly code: ConfigurationCode = 'configuration_invalid',
  ) {
    super(messageOf(problems, code));
    // The message tells them all: a log that prints the error's properties too must not tell them twice.
    Object.defineProperty(this, 'problems', { value: problems, enumerable: false });
  }
}

/** What there are several of. */
const PLURALS: Readonly<Record<ConfigurationCode, string>> = {
  configuration_invalid: 'settings are wrong',
  guard_missing: 'handlers lack a guard',
  context_unsupported: 'contexts cannot be read',
  context_missing: 'contexts are missing',
};

function messageOf(problems: readonly string[], code: ConfigurationCode): string {
  if (problems.length === 1) return `nestjs-clerk-auth: ${problems[0] ?? ''}`;
  const list = problems.map((problem, at) => `  ${String(at + 1)}. ${problem}`).join('\n');
  return `nestjs-clerk-auth cannot start, ${String(problems.length)} ${PLURALS[code]}:\n${list}`;
}
