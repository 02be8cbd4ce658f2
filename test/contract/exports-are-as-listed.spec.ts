import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './support/repository.js';

type Condition = 'import' | 'require';
type Door = Record<Condition, { types: string; default: string }>;

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(repository, file), 'utf8'));
}

/** The names a fresh Node process sees: in Jest, the package's own name means src/. */
function valueExportsOf(file: string, format: Condition): unknown {
  const load = format === 'import' ? 'await import(process.argv[1])' : 'require(process.argv[1])';
  // With --eval, `require` exists only in a CommonJS script, and a top-level `await` only in a module.
  const inputType = format === 'import' ? 'module' : 'commonjs';
  const script = `console.log(JSON.stringify(Object.keys(${load})))`;
  const args = [`--input-type=${inputType}`, '--eval', script, join(repository, file)];
  const names = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as string[];
  // What Node itself adds when ESM meets CommonJS is not an export of ours.
  return names.filter((name) => !['default', 'module.exports', '__esModule'].includes(name)).sort();
}

const manifest = readJson('package.json') as { exports: Record<string, Door | string> };
const doors = Object.entries(manifest.exports).flatMap(([name, door]) =>
  typeof door === 'string' ? [] : [{ name, door }],
);
const listed = readJson('test/contract/exports.json') as Record<string, string[]>;

describe('the public names', () => {
  it('are listed for every door', () => {
    expect(Object.keys(listed)).toEqual(doors.map(({ name }) => name));
  });

  describe.each(doors)('of $name', ({ name, door }) => {
    it.each(['import', 'require'] as const)('by %s are the listed ones', (format) => {
      expect(valueExportsOf(door[format].default, format)).toEqual(listed[name]);
    });
  });
});
