import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from './support/repository.js';

const execute = promisify(execFile);

/** Boots an application with the official client, and prints what it says. */
const BODY = `
  const app = { imports: [ClerkModule.forRoot({ secretKey: 'sk_test_x', envFiles: false }), ClerkClientModule.forRoot()] };
  class AppModule {}
  NestFactory.createApplicationContext({ module: AppModule, ...app }, { logger: false, abortOnError: false })
    .then(() => console.log('booted'), (error) => console.log(error.name + ': ' + error.message));
`;
const NAMES: readonly (readonly [names: string, from: string])[] = [
  ['NestFactory', '@nestjs/core'],
  ['ClerkModule', 'nestjs-clerk-auth'],
  ['ClerkClientModule', 'nestjs-clerk-auth/clerk-client'],
];
const SCRIPTS = {
  module: NAMES.map(([names, from]) => `import { ${names} } from '${from}';`).join('\n') + BODY,
  commonjs:
    NAMES.map(([names, from]) => `const { ${names} } = require('${from}');`).join('\n') + BODY,
};

describe('the Clerk client says what to install', () => {
  // Outside the repository, or Node would find this package's own node_modules.
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-clerk-auth-'));
  const modules = join(folder, 'node_modules');

  beforeAll(() => {
    mkdirSync(modules);
    const installed = join(repository, 'node_modules');
    for (const name of readdirSync(installed)) {
      if (name.startsWith('.') || name === '@clerk') continue;
      symlinkSync(join(installed, name), join(modules, name));
    }
    const own = join(modules, 'nestjs-clerk-auth');
    cpSync(join(repository, 'dist'), join(own, 'dist'), { recursive: true });
    cpSync(join(repository, 'package.json'), join(own, 'package.json'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const boot = async (type: keyof typeof SCRIPTS): Promise<string> => {
    const args = [`--input-type=${type}`, '--eval', SCRIPTS[type]];
    return (await execute(process.execPath, args, { cwd: folder })).stdout.trim();
  };

  it.each(['module', 'commonjs'] as const)('where the package is missing (%s)', async (type) => {
    expect(await boot(type)).toBe(
      'ConfigurationError: nestjs-clerk-auth: ClerkClientModule needs the package @clerk/backend, which is not ' +
        'installed: npm install @clerk/backend@^3.17.0',
    );
  });

  it.each(['module', 'commonjs'] as const)('and nothing where it is there (%s)', async (type) => {
    symlinkSync(join(repository, 'node_modules/@clerk'), join(modules, '@clerk'));
    try {
      expect(await boot(type)).toBe('booted');
    } finally {
      rmSync(join(modules, '@clerk'));
    }
  });
});
