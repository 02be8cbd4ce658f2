/** What a session's features or plans belong to: the active organization, the user, or both. */
export interface ScopedList {
  readonly organization: readonly string[];
  readonly user: readonly string[];
}

const ORGANIZATION_SCOPES: ReadonlySet<string> = new Set(['o', 'ou', 'uo']);
const USER_SCOPES: ReadonlySet<string> = new Set(['u', 'ou', 'uo']);

/** Reads `o:invoices,u:teams,ou:reports` (claims `fea` and `pla`); `undefined` when it is not written like that. */
export function readScopedList(claim: unknown): ScopedList | undefined {
  if (typeof claim !== 'string' || claim === '') return undefined;
  const entries = claim.split(',').map(splitEntry);
  if (entries.some(({ scope }) => scope === undefined)) return undefined;
  const within = (scopes: ReadonlySet<string>): readonly string[] =>
    entries.filter(({ scope = '' }) => scopes.has(scope)).map(({ slug }) => slug);
  return { organization: within(ORGANIZATION_SCOPES), user: within(USER_SCOPES) };
}

function splitEntry(written: string): {
  readonly scope: string | undefined;
  readonly slug: string;
} {
  const entry = written.trim();
  const colon = entry.indexOf(':');
  if (colon < 0) return { scope: undefined, slug: entry };
  return { scope: entry.slice(0, colon), slug: entry.slice(colon + 1) };
}
