/** Marks that people put around a value; Docker's `--env-file` and some hosts take them for part of it. */
const QUOTES = '["\'`\u2018\u2019\u201C\u201D]';
const QUOTED = new RegExp(`^${QUOTES}|${QUOTES}$`);

/** What to say of a value in quotes, after the name of its option. */
export const QUOTES_LEFT_IN =
  'is in quotes, which were taken for part of it: remove them (Docker and some hosts leave them in).';

/** Whether a value begins or ends in a quote. No key, URL or version does. */
export function isQuoted(text: string): boolean {
  return QUOTED.test(text.trim());
}
