import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './support/repository.js';

/** What the files of a format load while they run. Jest in CommonJS cannot, without a flag of Node. */
function importedLater(format: string): string[] {
  const folder = join(repository, 'dist', format);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js'))
    .map((path) => readFileSync(join(folder, path), 'utf8'))
    .flatMap((code) => [...code.matchAll(/\bimport\((.*?)\)/g)])
    .map(([, what = '']) => what);
}

describe('a real import()', () => {
  it('is in none of the CommonJS files', () => {
    expect(importedLater('cjs')).toEqual([]);
  });

  it('loads the Clerk client in ESM, and nothing else', () => {
    expect(importedLater('esm')).toEqual(["'@clerk/backend'"]);
  });
});
