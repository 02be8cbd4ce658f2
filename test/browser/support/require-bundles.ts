import { expect } from '@jest/globals';
import { BundleCache } from '../../../sample/01-quickstart/src/demo/bundles/bundle-cache.js';
import { bundlesFolder } from '../../../sample/01-quickstart/src/demo/bundles/bundles-folder.js';

/** Clerk's browser library is there, as the quickstart's first start fetches it. */
export async function requireBundles(): Promise<void> {
  const cache = new BundleCache(bundlesFolder());
  await cache.fill();
  expect(cache.state).toEqual({ kind: 'ready' });
}
