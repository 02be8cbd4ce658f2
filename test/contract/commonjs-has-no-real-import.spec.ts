import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './support/repository.js';

/** The files of a format that load something while they run. Jest in CommonJS cannot, without a flag of Node. */
function importersIn(format: string): string[] {
  const folder = join(repository, 'dist', format);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js'))
    .filter((path) => /\bimport\(/.test(readFileSync(join(folder, path), 'utf8')));
}

describe('a real import()', () => {
  it('is in none of the CommonJS files', () => {
    expect(importersIn('cjs')).toEqual([]);
  });

  it('loads the Clerk client in ESM, and nothing else', () => {
    expect(importersIn('esm')).toEqual([join('doors', 'clerk-client', 'index.js')]);
  });
});
