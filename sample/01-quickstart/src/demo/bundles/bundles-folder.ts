import { join } from 'node:path';

const USUAL = join(import.meta.dirname, '../../../../../.cache/clerk-bundles');

/** What `LOCAL_CLERK_BUNDLES` names, else `.cache/clerk-bundles` in the repository. */
export function bundlesFolder(): string {
  const { LOCAL_CLERK_BUNDLES: named = '' } = process.env;
  return named === '' ? USUAL : named;
}
