import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import tseslint from 'typescript-eslint';
import cruiser from '../../.dependency-cruiser.cjs';
import laws from '../../eslint.laws.mjs';
import { repository } from './support/repository.js';

interface Cruise {
  summary: {
    totalCruised: number;
    violations: { from: string; to: string; rule: { name: string } }[];
  };
}

function cruise(folder: string): Promise<Cruise> {
  const bin = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = join(repository, '.dependency-cruiser.cjs');
  const args = [bin, 'src', '--config', config, '--output-type', 'json'];
  const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    // The exit status counts violations, so a non-empty answer is an answer.
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (stdout === '') reject(new Error(stderr, { cause: error }));
      else resolve(JSON.parse(stdout) as Cruise);
    });
  });
}

/** Each file breaks exactly the laws it names, and nothing else may be reported. */
const planted: Record<string, { text: string; breaks?: string[] }> = {
  'index.ts': {
    text: "export type { Fake } from './doors/testing/fake.js';",
    breaks: ['front-door-leads-to-no-other-door'],
  },
  'errors/noun.ts': { text: 'export class Noun {}' },
  'errors/looks-up.ts': {
    text: "export type { Guard } from '../access/guard.js';",
    breaks: ['table:errors'],
  },
  'errors/barrel-user.ts': {
    text: "export { Noun as ByBarrel } from '../module/index.js';",
    breaks: ['nobody-imports-an-index', 'table:errors'],
  },
  'module/index.ts': {
    text: "export { Noun } from '../errors/noun.js';",
    breaks: ['only-doors-are-index-files'],
  },
  'backend-api/index.ts': {
    text: 'export const empty = true;',
    breaks: ['only-doors-are-index-files:empty'],
  },
  'policy/one.ts': {
    text: "import type { Two } from './two.js'; export interface One { two: Two }",
    breaks: ['no-cycles'],
  },
  // A cycle is reported once, where the cruise first meets it.
  'policy/two.ts': {
    text: "import type { One } from './one.js'; export interface Two { one: One }",
  },
  'policy/value-of-a-type-room.ts': {
    text: "export { Noun } from '../errors/noun.js';",
    breaks: ['table:policy:types-only'],
  },
  'policy/lawful.ts': { text: "export type { Noun } from '../errors/noun.js';" },
  'config/pure.ts': {
    text: "export { registerAs } from '@nestjs/config';",
    breaks: ['nest-only-where-marked'],
  },
  'session/no-config.ts': {
    text: "export type { Settings } from '../config/settings.js';",
    breaks: ['table:session'],
  },
  'config/settings.ts': { text: 'export interface Settings { key: string }' },
  'credentials/pure.ts': {
    text: "import type { Type } from '@nestjs/common'; export type Pure = Type;",
    breaks: ['nest-only-where-marked'],
  },
  'verification/by-axios.ts': {
    text: "export { default } from 'axios';",
    breaks: ['wire-only-from-backend-api'],
  },
  'verification/by-axios-type.ts': {
    text: "export type { AxiosResponse } from 'axios';",
    breaks: ['wire-only-from-backend-api'],
  },
  'access/by-nest-axios.ts': {
    text: "export { HttpService } from '@nestjs/axios';",
    breaks: ['wire-only-from-backend-api'],
  },
  'access/by-undici.ts': {
    text: "export { request } from 'undici';",
    breaks: ['everything-resolves', 'wire-only-from-backend-api'],
  },
  'transport/by-http.ts': {
    text: "export { request } from 'node:http';",
    breaks: ['wire-only-from-backend-api:node'],
  },
  'transport/by-https.ts': {
    text: "export const https = import('https');",
    breaks: ['wire-only-from-backend-api:node'],
  },
  'transport/lawful.ts': { text: "export type { IncomingMessage } from 'node:http';" },
  'backend-api/lawful.ts': {
    text: "export { HttpService } from '@nestjs/axios'; export { Agent } from 'node:https';",
  },
  'access/guard.ts': { text: "export { Injectable as Guard } from '@nestjs/common';" },
  'access/deep.ts': {
    text: "export * from '@nestjs/common/interfaces/index.js';",
    breaks: ['no-nest-deep-imports'],
  },
  'access/deep-unresolved.ts': {
    text: "export * from '@nestjs/common/nowhere';",
    breaks: ['everything-resolves', 'no-nest-deep-imports'],
  },
  'access/dev.ts': {
    text: "export { jwtVerify } from 'jose';",
    breaks: ['no-dev-dependency-in-src'],
  },
  'access/undeclared.ts': {
    text: "export * from 'iterare';",
    breaks: ['no-undeclared-dependency'],
  },
  'access/jumps.ts': {
    text: "export type { Pure } from '../credentials/pure.js';",
    breaks: ['table:access'],
  },
  'doors/testing/fake.ts': { text: "export { Noun as Fake } from '../../errors/noun.js';" },
  'doors/testing/index.ts': { text: "export { Fake } from './fake.js';" },
  'doors/testing/nest.ts': {
    text: "export { Injectable } from '@nestjs/common';",
    breaks: ['nest-only-where-marked'],
  },
  'doors/testing/insider.ts': {
    text: "export { Guard } from '../../access/guard.js';",
    breaks: ['table:doors/testing'],
  },
  'module/uses-testing.ts': {
    text: "export { Fake } from '../doors/testing/fake.js';",
    breaks: ['table:module'],
  },
  'doors/unplanned/door.ts': {
    text: "export { Noun } from '../../errors/noun.js';",
    breaks: ['every-room-is-on-the-plan'],
  },
  'shed/unplanned.ts': {
    text: "export { Noun } from '../errors/noun.js';",
    breaks: ['every-room-is-on-the-plan'],
  },
  'loose.ts': {
    text: 'export const loose = true;',
    breaks: ['every-room-is-on-the-plan:orphan'],
  },
  'access/outside.ts': {
    text: "export { outside } from '../../test/outside.js';",
    breaks: ['src-stays-in-src'],
  },
};

describe('the import graph', () => {
  it('of src/ breaks no law', async () => {
    const { summary } = await cruise(repository);

    expect(
      summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`),
    ).toEqual([]);
    // With a compiler it cannot use, the tool cruises nothing and calls that a success.
    expect(summary.totalCruised).toBeGreaterThan(0);
  }, 60_000);

  describe('with planted violations', () => {
    let folder: string;
    let reported: Map<string, Set<string>>;

    beforeAll(async () => {
      mkdirSync(join(repository, '.cache'), { recursive: true });
      folder = mkdtempSync(join(repository, '.cache/planted-'));
      cpSync(join(repository, 'package.json'), join(folder, 'package.json'));
      mkdirSync(join(folder, 'test'));
      writeFileSync(join(folder, 'test/outside.ts'), 'export const outside = true;');
      for (const [file, { text }] of Object.entries(planted)) {
        const path = join(folder, 'src', file);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
      reported = new Map();
      for (const { from, rule } of (await cruise(folder)).summary.violations) {
        reported.set(from, (reported.get(from) ?? new Set()).add(rule.name));
      }
    }, 60_000);

    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    it.each(Object.entries(planted).map(([file, { breaks = [] }]) => ({ file, breaks })))(
      'reports for $file exactly $breaks',
      ({ file, breaks }) => {
        expect([...(reported.get(`src/${file}`) ?? [])].sort()).toEqual(breaks.sort());
      },
    );

    it('has a plant for every rule', () => {
      const rules = cruiser.forbidden?.map(({ name }) => name ?? '') ?? [];
      const proved = new Set(Object.values(planted).flatMap(({ breaks = [] }) => breaks));
      const kinds = (names: Iterable<string>) =>
        [...new Set([...names].map((name) => name.replace(/^table:[a-z/-]+/, 'table')))].sort();

      expect(kinds(proved)).toEqual(kinds(rules));
    });
  });
});

describe('what the import graph cannot see', () => {
  const eslint = new ESLint({
    cwd: repository,
    overrideConfigFile: true,
    overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } }, ...laws],
  });

  it.each([
    ['src/session/a.ts', "void fetch('x');", ['no-restricted-globals']],
    ['src/session/a.ts', "void globalThis.fetch('x');", ['no-restricted-properties']],
    ['src/module/a.ts', "void fetch('x');", ['no-restricted-globals']],
    ['src/backend-api/a.ts', "void fetch('x');", []],
    ['src/doors/testing/a.ts', "void fetch('x');", []],
    ['src/index.ts', "export * from './errors/noun.js';", ['no-restricted-syntax']],
    ['src/errors/a.ts', 'export default 1;', ['no-restricted-syntax']],
    ['src/access/a.ts', "import '@nestjs/common/index.js';", ['no-restricted-imports']],
    ['src/access/a.ts', "import '@nestjs/common';", []],
  ])('in %s, `%s` breaks %j', async (filePath, text, breaks) => {
    const [result] = await eslint.lintText(text, { filePath: join(repository, filePath) });

    expect(result?.messages.map(({ ruleId }) => ruleId)).toEqual(breaks);
  });
});
