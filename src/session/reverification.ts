import type { Reverification } from './requirements.js';

type Level = Exclude<Reverification, string>;

const PRESETS: Readonly<Record<string, Level>> = {
  strict_mfa: { level: 'multi_factor', afterMinutes: 10 },
  strict: { level: 'second_factor', afterMinutes: 10 },
  moderate: { level: 'second_factor', afterMinutes: 60 },
  lax: { level: 'second_factor', afterMinutes: 1440 },
};

/** In `fva`: the factor is not enrolled. */
const NOT_ENROLLED = -1;

/** Whether the ages in the `fva` claim (minutes since each factor was proved) satisfy a demand. */
export function isReverified(ages: unknown, wanted: unknown): boolean {
  const demand = readDemand(wanted);
  const [first, second] = readAges(ages) ?? [NOT_ENROLLED, NOT_ENROLLED];
  if (demand === undefined || (first === NOT_ENROLLED && second === NOT_ENROLLED)) return false;
  const isFresh = (age: number): boolean => age !== NOT_ENROLLED && age < demand.afterMinutes;
  switch (demand.level) {
    case 'first_factor':
      return isFresh(first);
    case 'second_factor':
      return isFresh(second === NOT_ENROLLED ? first : second);
    case 'multi_factor':
      return isFresh(first) && (second === NOT_ENROLLED || isFresh(second));
  }
}

function readDemand(wanted: unknown): Level | undefined {
  if (typeof wanted === 'string')
    return Object.hasOwn(PRESETS, wanted) ? PRESETS[wanted] : undefined;
  if (typeof wanted !== 'object' || wanted === null) return undefined;
  const { level, afterMinutes } = wanted as Partial<Level>;
  if (typeof afterMinutes !== 'number' || !(afterMinutes > 0)) return undefined;
  return isLevel(level) ? { level, afterMinutes } : undefined;
}

function isLevel(level: unknown): level is Level['level'] {
  return level === 'first_factor' || level === 'second_factor' || level === 'multi_factor';
}

function readAges(ages: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(ages) || ages.length !== 2) return undefined;
  const [first, second] = ages as readonly unknown[];
  return isAge(first) && isAge(second) ? [first, second] : undefined;
}

function isAge(age: unknown): age is number {
  return typeof age === 'number' && Number.isFinite(age) && (age >= 0 || age === NOT_ENROLLED);
}
