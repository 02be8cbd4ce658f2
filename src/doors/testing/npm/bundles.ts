import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Asked } from '../http/asked.js';
import { text } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { readAskedFile } from './asked-file.js';
import type { AskedFile } from './asked-file.js';
import { contentTypeOf } from './content-type.js';
import { newestOf } from './newest-version.js';

/** Whether it is for a bundle of Clerk's browser library. */
export function isBundlePath(path: string): boolean {
  return path.startsWith('/npm/');
}

/** Serves the files of packages, as Clerk's own Frontend API does. Anybody may load them: they are public. */
export async function askForBundle({ path, method }: Asked, folder?: string): Promise<Answer> {
  if (folder === undefined) return missing('This LocalClerk was started without `bundles`');
  const file = readAskedFile(path);
  if (file === undefined || !['GET', 'HEAD'].includes(method)) return missing('No such file');
  const version = await versionOf(file, folder);
  const body = await contentOf(join(folder, `${file.package}@${version}`, file.path));
  if (body === undefined) return missing('No such file in `bundles`');
  return { kind: 'answer', status: 200, headers: headersOf(file, version), body };
}

/** The one that was asked for, or the newest there that begins like it: clerk-js asks for a major version alone. */
async function versionOf({ package: name, version }: AskedFile, folder: string): Promise<string> {
  const [scope = '', base = ''] = name.includes('/') ? name.split('/') : ['', name];
  const entries = await readdir(join(folder, scope)).catch(() => []);
  const there = entries.filter((entry) => entry.startsWith(`${base}@`));
  return (
    newestOf(
      there.map((entry) => entry.slice(base.length + 1)),
      version,
    ) ?? version
  );
}

async function contentOf(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch(() => undefined);
}

/** What bears its exact version never changes. */
function headersOf(file: AskedFile, version: string): Readonly<Record<string, string>> {
  const isExact = file.version === version;
  return {
    'content-type': contentTypeOf(file.path),
    'cache-control': isExact ? 'public, max-age=31536000, immutable' : 'no-cache',
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  };
}

function missing(why: string): Answer {
  return text(404, 'plain', `${why}\n`);
}
