import type { Fields } from '../http/asked.js';

/**
 * A text among the fields, or `undefined` when there is none.
 * @throws Error for anything else
 */
export function textIn(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw new Error(`\`${name}\` must be a text`);
}

/**
 * Several words: a list in JSON, or separated by commas or spaces, as a form has to put it.
 * @throws Error for anything else
 */
export function wordsIn(fields: Fields, name: string): readonly string[] | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value.split(/[\s,]+/).filter((word) => word !== '');
  if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value;
  throw new Error(`\`${name}\` must be a list of texts, or a text with commas`);
}

/**
 * An object, which only JSON can say.
 * @throws Error for anything else
 */
export function recordIn(
  fields: Fields,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new Error(`\`${name}\` must be an object, in JSON`);
}

/**
 * A number, which a form has to write as a text.
 * @throws Error for anything else
 */
export function numberIn(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new Error(`\`${name}\` must be a number`);
}
