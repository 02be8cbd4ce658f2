import { execFile } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The folder inside that npm puts everything into. */
const INSIDE = 'package';

/** Unpacks beside the tarball, with the system's `tar`. The bytes are known by now, so no path in them is a stranger's. */
export async function unpackBundle(tarball: string): Promise<string> {
  const cwd = dirname(tarball);
  await promisify(execFile)('tar', ['-xzf', basename(tarball), '--no-same-owner', INSIDE], { cwd });
  return join(cwd, INSIDE);
}
