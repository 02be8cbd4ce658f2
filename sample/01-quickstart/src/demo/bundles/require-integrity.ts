import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { specOf, type Bundle } from './clerk-bundles.js';

/** @throws Error when the tarball holds other bytes than the pinned ones */
export async function requireIntegrity(tarball: string, bundle: Bundle): Promise<void> {
  const digest = createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64');
  if (bundle.integrity === `sha512-${digest}`) return;
  throw new Error(
    `The registry gave other bytes for ${specOf(bundle)} than the ones that are pinned. They were thrown away.`,
  );
}
