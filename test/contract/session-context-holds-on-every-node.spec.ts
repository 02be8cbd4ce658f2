import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CAN_RUN_OTHER_NODES, otherNode } from './support/other-node.js';
import { repository } from './support/repository.js';
import { transpile } from './support/transpile.js';

const MINUTES = 60_000;

/** What the program consists of. It runs against what is shipped, compiled as an application would be. */
const SOURCES = [
  'contract/support/session-program.ts',
  'support/session-storm.ts',
  'support/session-teller.ts',
  'support/start-app.ts',
];

const NODES = [
  { major: process.version, find: () => Promise.resolve(process.execPath) },
  ...(CAN_RUN_OTHER_NODES
    ? [
        { major: 'v22', find: () => otherNode('22.23.3') },
        { major: 'v24', find: () => otherNode('24.21.0') },
        { major: 'v26', find: () => otherNode('26.12.1') },
      ]
    : []),
];

interface Weather {
  readonly answered: number;
  readonly wrong: readonly string[] | number;
}

type Found = Readonly<
  Record<
    'express' | 'fastify',
    Readonly<Record<string, Weather>> & { readonly held: Readonly<Record<string, number>> }
  >
> & { readonly node: string };

let folder: string;

beforeAll(() => {
  const cache = join(repository, '.cache');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'session-context-'));
  for (const source of SOURCES) {
    const target = join(folder, source.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, transpile(readFileSync(join(repository, 'test', source), 'utf8')));
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 9 });
});

describe.each(NODES)('on Node $major', ({ major, find }) => {
  let found: Found;

  beforeAll(async () => {
    const program = join(folder, SOURCES[0]!.replace(/\.ts$/, '.js'));
    // What this run was started with is Jest's.
    const env = { ...process.env, NODE_OPTIONS: '' };
    const options = { cwd: repository, env, maxBuffer: 64 * 1024 * 1024 };
    const { stdout } = await promisify(execFile)(await find(), [program], options);
    found = JSON.parse(stdout) as Found;
  }, 10 * MINUTES);

  it('it is that Node', () => {
    expect(found.node.startsWith(major)).toBe(true);
  });

  describe.each(['express', 'fastify'] as const)('with %s', (adapter) => {
    it.each([
      ['mixed', 300],
      ['keptAlive', 120],
      ['pipelined', 320],
      ['slowly', 78],
      ['outliving', 60],
    ])('nobody is ever taken for somebody else: %s', (storm, answered) => {
      expect(found[adapter][storm]).toEqual({ answered, wrong: [] });
    });

    it('a timer holds no request', () => {
      const { timer, holding } = found[adapter].held;
      // Of 40 each, and a few of before and besides.
      expect(holding).toBeGreaterThan(30);
      expect(timer).toBeLessThan(10);
    });

    it('nestjs-cls tells of the request, and sessionOf of its session', () => {
      expect(found[adapter].cls).toEqual({ answered: 100, wrong: 0 });
    });
  });
});
