import { exec } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { specOf, type Bundle } from './clerk-bundles.js';

/** Milliseconds: the registry is there or it is not; nobody wants to wait to learn it. */
const TIMEOUT = 60_000;

const SETTINGS = {
  npm_config_prefer_offline: 'true',
  npm_config_ignore_scripts: 'true',
  npm_config_fetch_retries: '0',
  npm_config_fetch_timeout: '30000',
};

/**
 * Has npm download the tarball, from wherever npm is configured to, or from npm's own cache. Not `npm install`: that
 * would bring everything that the bundles were once built from.
 * @throws Error that says what npm could not do
 */
export async function packBundle(bundle: Bundle, folder: string): Promise<string> {
  const spec = specOf(bundle);
  const env = { ...process.env, ...SETTINGS };
  try {
    // A shell, because npm is a script on Windows.
    await promisify(exec)(`npm pack ${spec}`, { cwd: folder, timeout: TIMEOUT, env });
  } catch (error) {
    throw new Error(`npm could not fetch ${spec}${codeIn(error)}.`, { cause: error });
  }
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  return join(folder, tarball);
}

/** Such as ` (ECONNREFUSED)`. */
function codeIn(error: unknown): string {
  const { stderr = '' } = error as { stderr?: string };
  const [, code] = /^npm (?:error|ERR!) code (\w+)/m.exec(stderr) ?? [];
  return code === undefined ? '' : ` (${code})`;
}
