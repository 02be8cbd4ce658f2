import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** How the folders begin in which bundles are made ready. */
export const WORKSHOP = '.fetching-';

/** Milliseconds: nobody has been fetching for that long. */
const HOUR = 60 * 60 * 1000;

/** Removes what starts that were interrupted left behind. A start that is still at it keeps its own. */
export async function removeOldWorkshops(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (name.startsWith(WORKSHOP) && (await ageOf(path)) > HOUR) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

/** Milliseconds; 0 for what somebody else has removed meanwhile. */
async function ageOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}
