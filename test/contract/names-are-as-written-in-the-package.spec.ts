import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './support/repository.js';

const FORMATS = { esm: 'module', cjs: 'commonjs' } as const;
const formats = ['esm', 'cjs'] as const;

const { exports: doors } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  exports: Record<string, { require?: { default: string } }>;
};
const files = Object.values(doors).flatMap((door) => door.require?.default ?? []);

/** Exported under a second name, as the migration has it, or made by Nest, which gives no name. */
const CALLED_OTHERWISE = {
  ClerkAuthGuard: 'AuthGuard',
  ClerkSession: 'Session',
  CurrentCaller: '',
  CurrentMachine: '',
  CurrentSession: '',
  clerkConfig: '',
};

/** At the start of a line, which leaves out what is only spoken of in texts and comments. */
const CLASS =
  /^ *(?:export |abstract |return |(?:let |const |exports\.)[\w$]+ = )*class ([\w$]+)/gm;

/** The names of all classes, exported or not, that the files of a folder declare. */
function classesIn(folder: string, ending: RegExp): string[] {
  return readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => ending.test(path))
    .map((path) => readFileSync(join(repository, folder, path), 'utf8'))
    .flatMap((code) => [...code.matchAll(CLASS)])
    .map(([, name = '']) => name)
    .sort();
}

/** Of all doors, the functions and classes that call themselves otherwise than they are exported, in a fresh process. */
function calledOtherwise(format: (typeof formats)[number]): unknown {
  const load = format === 'esm' ? 'await import(file)' : 'require(file)';
  const script = `
    const callables = [];
    for (const file of process.argv.slice(1)) {
      callables.push(...Object.entries(${load}).filter(([, value]) => typeof value === 'function'));
    }
    const others = callables.filter(([name, value]) => value.name !== name);
    console.log(JSON.stringify(Object.fromEntries(others.map(([name, value]) => [name, value.name]))));`;
  const paths = files.map((file) => join(repository, file.replace('/cjs/', `/${format}/`)));
  const args = [`--input-type=${FORMATS[format]}`, '--eval', script, ...paths];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

describe.each(formats)('in the package (%s)', (format) => {
  it('every class has the name that it was given', () => {
    const written = classesIn('src', /\.ts$/);
    expect(written).toContain('ConfigurationError');
    expect(classesIn(`dist/${format}`, /\.js$/)).toEqual(written);
  });

  it('what is exported calls itself by that name', () => {
    expect(calledOtherwise(format)).toEqual(CALLED_OTHERWISE);
  });
});
