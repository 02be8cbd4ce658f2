import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { specOf, type Bundle } from './clerk-bundles.js';
import { packBundle } from './pack-bundle.js';
import { requireIntegrity } from './require-integrity.js';
import { unpackBundle } from './unpack-bundle.js';
import { WORKSHOP } from './workshops.js';

/**
 * Puts a bundle into the folder, whole or not at all: it is made ready in a workshop and moved to its place in one step,
 * so that a start that is interrupted leaves no half of one.
 * @throws Error that says why there is none
 */
export async function fetchBundle(bundle: Bundle, folder: string): Promise<void> {
  const place = join(folder, specOf(bundle));
  await mkdir(dirname(place), { recursive: true });
  const workshop = await mkdtemp(join(folder, WORKSHOP));
  try {
    const tarball = await packBundle(bundle, workshop);
    await requireIntegrity(tarball, bundle);
    await moveTo(place, await unpackBundle(tarball));
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

async function moveTo(place: string, unpacked: string): Promise<void> {
  try {
    await rename(unpacked, place);
  } catch (error) {
    // Another start was quicker, with the same bytes.
    if (!existsSync(place)) throw error;
  }
}
