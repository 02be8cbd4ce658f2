import type { ConfigurationCode } from './error-code.js';

/**
 * The developer's mistake. At boot one such error lists every problem found, each with what to do about it.
 * No problem ever quotes a key: only names and prefixes.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(
    /** One sentence a problem, ending in what to do. */
    readonly problems: readonly string[],
    /** `configuration_invalid` at boot; `guard_missing` or `context_unsupported` when a request shows the mistake. */
    readonly code: ConfigurationCode = 'configuration_invalid',
  ) {
    super(messageOf(problems));
  }
}

function messageOf(problems: readonly string[]): string {
  if (problems.length === 1) return `nestjs-clerk-auth: ${problems[0] ?? ''}`;
  const list = problems.map((problem, at) => `  ${String(at + 1)}. ${problem}`).join('\n');
  return `nestjs-clerk-auth cannot start, ${String(problems.length)} settings are wrong:\n${list}`;
}
