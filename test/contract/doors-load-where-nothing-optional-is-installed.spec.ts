import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from './support/repository.js';

const execute = promisify(execFile);

/** What each door may load beside what every application has. */
const DOORS: readonly (readonly [door: string, optional: string | undefined])[] = [
  ['', undefined],
  ['/testing', undefined],
  ['/websockets', '@nestjs/websockets'],
  ['/microservices', '@nestjs/microservices'],
  ['/webhooks', undefined],
  ['/redis', undefined],
  ['/clerk-client', undefined],
  ['/swagger', '@nestjs/swagger'],
  ['/health', '@nestjs/terminus'],
  ['/pages', undefined],
  ['/throttler', '@nestjs/throttler'],
  ['/opentelemetry', '@opentelemetry/api'],
];
const SCRIPTS = {
  module: (door: string) => `import '${door}'; console.log('loaded');`,
  commonjs: (door: string) => `require('${door}'); console.log('loaded');`,
};
const FORMATS = ['module', 'commonjs'] as const;

interface Manifest {
  exports: Record<string, unknown>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean }>;
}

const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as Manifest;

describe('where nothing optional is installed', () => {
  // Outside the repository, or Node would find this package's own node_modules.
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-clerk-auth-'));
  const modules = join(folder, 'node_modules');

  const install = (name: string): void => {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(repository, 'node_modules', name), join(modules, name));
  };

  beforeAll(() => {
    const { peerDependencies, peerDependenciesMeta } = manifest;
    for (const name of Object.keys(peerDependencies)) {
      if (peerDependenciesMeta[name]?.optional !== true) install(name);
    }
    const own = join(modules, 'nestjs-clerk-auth');
    cpSync(join(repository, 'dist'), join(own, 'dist'), { recursive: true });
    cpSync(join(repository, 'package.json'), join(own, 'package.json'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const load = async (door: string, type: (typeof FORMATS)[number]): Promise<string> => {
    const script = SCRIPTS[type](`nestjs-clerk-auth${door}`);
    try {
      const args = [`--input-type=${type}`, '--eval', script];
      return (await execute(process.execPath, args, { cwd: folder })).stdout.trim();
    } catch (reason) {
      const { stderr } = reason as { stderr: string };
      return /Cannot find (?:package|module) '([^']+)'/.exec(stderr)?.[1] ?? stderr;
    }
  };

  it('every door is tried', () => {
    const doors = Object.keys(manifest.exports).filter((door) => door !== './package.json');
    expect(DOORS.map(([door]) => `.${door}`)).toEqual(doors);
  });

  describe.each(DOORS)('nestjs-clerk-auth%s', (door, optional) => {
    it.each(FORMATS)(
      `${optional === undefined ? 'loads' : `misses ${optional}`} (%s)`,
      async (type) => {
        expect(await load(door, type)).toBe(optional ?? 'loaded');
        if (optional === undefined) return;
        install(optional);
        try {
          expect(await load(door, type)).toBe('loaded');
        } finally {
          rmSync(join(modules, optional));
        }
      },
    );
  });
});
