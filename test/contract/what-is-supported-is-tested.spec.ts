import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installLines } from './support/install-lines.js';
import { repository } from './support/repository.js';

interface Manifest {
  readonly engines: { readonly node: string };
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;

/** `^20.19.0 || >=24.0.0` is from 20.19 and from 24.0 on. */
const floorsOf = (range: string): string[] =>
  range.split(' || ').map((part) => part.replace(/^(?:\^|>=)(\d+\.\d+)\.0$/, '$1'));

/** `24.0` is `24` to a reader. */
const inWords = (version: string): string => version.replace(/\.0$/, '');

describe('what is supported is tested', () => {
  const supported = read('README.md').split('## Supported')[1] ?? '';
  const [, listed = ''] = /^ +node: \[(.+)\]$/m.exec(read('.github/workflows/ci.yml')) ?? [];
  const nodes = [...listed.matchAll(/'([\d.]+)'/g)].map(([, version = '']) => version);

  it('on the floor of each line of Node that package.json names, and on a later one', () => {
    const floors = floorsOf(manifest.engines.node);
    expect(floors.every((floor) => /^\d+\.\d+$/.test(floor))).toBe(true);
    expect(nodes.slice(0, floors.length)).toEqual(floors);
    expect(Number(nodes[floors.length])).toBeGreaterThan(Number(floors.at(-1)));
  });

  it('by the lines that the README and the first page of the guide have people install by', () => {
    expect([...installLines().keys()].sort()).toEqual(['11', '12']);
    expect(installLines('docs/guide/start.md')).toEqual(installLines());
  });

  it('as the README says it, Node and Nest', () => {
    const floors = floorsOf(manifest.engines.node).map(inWords);
    expect(supported).toContain(`Node ${floors.join(', ')} and later;`);
    const majors = floorsOf(manifest.peerDependencies['@nestjs/core'] ?? '').map(inWords);
    expect(supported).toContain(`NestJS ${majors.join(' and ')};`);
    expect(manifest.peerDependencies['@nestjs/common']).toBe(
      manifest.peerDependencies['@nestjs/core'],
    );
  });
});
