import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './support/repository.js';
import { transpile } from './support/transpile.js';

const MINUTES = 60_000;

const PROGRAM = 'test/contract/support/throttler-program.ts';
const GRAPHQL_PROGRAM = 'test/contract/support/throttler-graphql-program.ts';
const IN_THE_CONSUMER = 'test/contract/consumers/nest11-doors/src/throttler.test.ts';

const textOf = (path: string): string => readFileSync(join(repository, path), 'utf8');

interface Run {
  readonly code: number | null;
  readonly told: string;
}

let folder: string;

beforeAll(() => {
  mkdirSync(join(repository, '.cache'), { recursive: true });
  folder = mkdtempSync(join(repository, '.cache', 'throttler-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 9 });
});

/** Against what is shipped, compiled as an application would be. */
function run(program: string): Promise<Run> {
  const file = join(folder, 'program.mjs');
  writeFileSync(file, transpile(textOf(program)));
  const flags = Object.entries(process.env).filter(
    ([name]) => !/^(NODE_OPTIONS$|JEST_|NODE_TEST)/.test(name),
  );
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', file], {
    cwd: repository,
    env: Object.fromEntries(flags),
  });
  let told = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (told += chunk.toString()));
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, told })));
}

describe('callers are limited by who they are', () => {
  it(
    'on Nest 12, with both adapters',
    async () => {
      const { code, told } = await run(PROGRAM);
      if (code !== 0) throw new Error(told);
      expect(told).toMatch(/^# fail 0$/m);
      expect(Number(/^# pass (\d+)$/m.exec(told)?.[1])).toBeGreaterThanOrEqual(36);
    },
    2 * MINUTES,
  );

  it(
    'over GraphQL, with both drivers',
    async () => {
      const { code, told } = await run(GRAPHQL_PROGRAM);
      if (code !== 0) throw new Error(told);
      expect(told).toMatch(/^# pass 4$/m);
    },
    2 * MINUTES,
  );

  it('on Nest 11 by the very same program', () => {
    expect(textOf(IN_THE_CONSUMER)).toBe(textOf(PROGRAM));
  });
});
