import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CLERK_BUNDLES, specOf, type Bundle } from './clerk-bundles.js';
import { fetchBundle } from './fetch-bundle.js';
import { removeOldWorkshops } from './workshops.js';

/** How far the cache is. */
export type BundleState =
  | { readonly kind: 'fetching' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'missing'; readonly reason: string };

/** Bundles in a folder outside git, which the first start fills. */
export class BundleCache {
  #state: BundleState = { kind: 'fetching' };

  constructor(
    private readonly folder: string,
    private readonly bundles: readonly Bundle[] = CLERK_BUNDLES,
  ) {}

  get state(): BundleState {
    return this.#state;
  }

  /** Fetches what is not there yet. Never rejects: the state tells how it went. */
  async fill(): Promise<void> {
    try {
      await this.fetch(this.bundles.filter((bundle) => !this.holds(bundle)));
      this.#state = { kind: 'ready' };
    } catch (error) {
      this.#state = { kind: 'missing', reason: (error as Error).message };
    }
  }

  private holds(bundle: Bundle): boolean {
    return existsSync(join(this.folder, specOf(bundle)));
  }

  private async fetch(absent: readonly Bundle[]): Promise<void> {
    if (absent.length > 0) await removeOldWorkshops(this.folder);
    await Promise.all(absent.map((bundle) => fetchBundle(bundle, this.folder)));
  }
}
