import type { Problems } from './problems.js';

/** A non-empty text, or nothing. Values are never quoted in problems: they may be keys. */
export function readText(name: string, value: unknown, problems: Problems): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  problems.note(`${name} must be a non-empty string: give it one or leave it out.`);
  return undefined;
}

/** A list of non-empty texts; one text counts as a list of one, nothing as an empty list. */
export function readTexts(name: string, value: unknown, problems: Problems): readonly string[] {
  if (value === undefined) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const texts = list.filter((item): item is string => typeof item === 'string' && item !== '');
  if (texts.length !== list.length) {
    problems.note(`${name} must hold non-empty strings only: correct or remove the others.`);
  }
  return texts;
}

/** One of the listed words, or the default. */
export function readChoice<const Word extends string>(
  name: string,
  value: unknown,
  words: readonly Word[],
  fallback: Word,
  problems: Problems,
): Word {
  if (value === undefined) return fallback;
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) problems.note(`${name} must be one of ${words.join(', ')}.`);
  return word ?? fallback;
}

/** A span of time in milliseconds within bounds, or the default. */
export function readMilliseconds(
  name: string,
  value: unknown,
  { least, fallback }: { readonly least: number; readonly fallback: number },
  problems: Problems,
): number {
  if (value === undefined) return fallback;
  if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value;
  problems.note(`${name} must be a finite number of milliseconds, ${String(least)} or more.`);
  return fallback;
}

/** True or false, or the default. */
export function readFlag(
  name: string,
  value: unknown,
  fallback: boolean,
  problems: Problems,
): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? fallback;
  problems.note(`${name} must be true or false.`);
  return fallback;
}
