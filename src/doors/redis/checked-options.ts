import { ConfigurationError } from '../../errors/configuration-error.js';

/** A number that is whole and within bounds, by the name of its option. */
export interface NumberOption<Name extends string> {
  readonly name: Name;
  readonly least: number;
  readonly most: number;
}

/** The same for everything that asks Redis, in milliseconds. */
export const TIMEOUT: NumberOption<'timeout'> = { name: 'timeout', least: 10, most: 10_000 };

/** @throws ConfigurationError `configuration_invalid`, with every wrong number and text */
export function checkOptions<Name extends string, Text extends string>(
  owner: string,
  options: Readonly<Record<Name, number> & Partial<Record<Text, string>>>,
  numbers: readonly NumberOption<Name>[],
  text: Text,
): void {
  const problems = numbers
    .filter(({ name, least, most }) => !isWholeBetween(options[name], least, most))
    .map(({ name, least, most }) => {
      return `${owner}: ${name} must be a whole number of milliseconds from ${String(least)} to ${String(most)}.`;
    });
  const written: unknown = options[text];
  if (written !== undefined && (typeof written !== 'string' || written === '')) {
    problems.push(`${owner}: ${text} must be a text that is not empty.`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
}

function isWholeBetween(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
