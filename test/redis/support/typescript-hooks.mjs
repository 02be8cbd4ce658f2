// Lets a forked process run the sources as the tests do: translated by the same settings, and with the package's own name.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import config from '../../../jest.config.mjs';

const [, settings] = config.projects[0].transform['^.+\\.ts$'];
const sources = new URL('../../../src/', import.meta.url);

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, next) {
  const [name, door] = specifier.split('/');
  if (name === 'nestjs-clerk-auth') {
    const file = door === undefined ? 'index.ts' : `doors/${door}/index.ts`;
    return next(new URL(file, sources).href, context);
  }
  // The sources say `./x.js` where the file on disk is `./x.ts`.
  if (specifier.startsWith('.') && specifier.endsWith('.js')) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(source)) return next(source.href, context);
  }
  return next(specifier, context);
}

/** @type {import('node:module').LoadHook} */
export function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = transformSync(readFileSync(filename, 'utf8'), { ...settings, filename });
  return { format: 'module', source: code, shortCircuit: true };
}
