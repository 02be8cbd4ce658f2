import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from './support/repository.js';

const execute = promisify(execFile);
const minutes = 60_000;

async function npm(folder: string, ...args: string[]): Promise<string> {
  // What this run was started with (workspace, flags of Node for Jest) is not the consumer's.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_OPTIONS$)/.test(name),
  );
  const env = { ...Object.fromEntries(inherited), CI: 'true' };
  try {
    return (await execute('npm', args, { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout: string; stderr: string };
    throw new Error(`npm ${args.join(' ')} failed\n${stdout}\n${stderr}`, { cause });
  }
}

describe('the packed tarball', () => {
  // Outside the repository, or Node and TypeScript would find this package's own node_modules.
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-clerk-auth-'));
  let tarball: string;

  beforeAll(async () => {
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const [packed] = JSON.parse(await npm(repository, ...args)) as [{ filename: string }];
    tarball = join(folder, packed.filename);
  }, 1 * minutes);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['nest12-esm', 'Nest 12 in ESM'],
    ['nest12-cjs', 'Nest 12 from CommonJS, with a single copy of the package'],
    ['nest11-jest', 'Nest 11 in classic Jest'],
  ])(
    'guards a route of %s: %s',
    async (consumer) => {
      const app = join(folder, consumer);
      cpSync(join(repository, 'test/contract/consumers', consumer), app, { recursive: true });
      await npm(app, 'install', tarball, '--prefer-offline', '--no-audit', '--no-fund');

      expect(await npm(app, 'run', 'prove')).toContain('proved');
    },
    5 * minutes,
  );
});
