import { parameterIn, withoutParameters, withParameter } from './query-text.js';

/** How a satellite's page says whether it was synced with the primary domain: `false` asks for it, `true` ends it. */
const SYNCED = '__clerk_synced';

const SYNCED_ONLY: ReadonlySet<string> = new Set([SYNCED]);

export type Synced = 'true' | 'false';

export function syncedIn(target: string): string | undefined {
  return parameterIn(target, SYNCED);
}

/** A URL or target that says so, and says it once. */
export function withSynced(url: string, synced: Synced): string {
  return withParameter(withoutSynced(url), SYNCED, synced);
}

export function withoutSynced(url: string): string {
  return withoutParameters(url, SYNCED_ONLY);
}
