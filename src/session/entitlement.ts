import { readScopedList } from './scoped-list.js';

const ORGANIZATION_WORDS: ReadonlySet<string> = new Set(['o', 'org', 'organization']);
const USER_WORDS: ReadonlySet<string> = new Set(['u', 'user']);

/** Whether a claim (`fea`, `pla`) holds a feature or plan; without a scope before it, whoever it belongs to. */
export function isEntitled(claim: unknown, wanted: unknown): boolean {
  const held = readScopedList(claim);
  if (typeof wanted !== 'string' || held === undefined) return false;
  const [scope = '', slug] = wanted.split(':');
  if (slug === undefined) return held.organization.includes(scope) || held.user.includes(scope);
  const sought = slug === '' ? scope : slug;
  if (ORGANIZATION_WORDS.has(scope)) return held.organization.includes(sought);
  return USER_WORDS.has(scope) && held.user.includes(sought);
}
