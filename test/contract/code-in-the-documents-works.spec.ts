import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CHANNELS } from 'nestjs-clerk-auth';
import config from '../../jest.config.mjs';
import { ChildApp } from './support/child-app.js';
import { complaintsAbout } from './support/compile.js';
import { documentOf, DOCUMENTS, readDocument, type Document } from './support/documents.js';
import { repository } from './support/repository.js';

const SECONDS = 1000;
const MINUTE = 60 * SECONDS;

const BROKEN = [
  ['a name that does not exist', "import { Nobody } from 'nestjs-clerk-auth';\nnew Nobody();"],
  [
    'an option of the wrong type',
    "import { ClerkModule } from 'nestjs-clerk-auth';\nClerkModule.forRoot({ clockSkew: '5 s' });",
  ],
  ['an import that is not used', "import { ClerkModule } from 'nestjs-clerk-auth';"],
  ['half a sentence', 'const port = ;'],
].map(([what = '', code = '']) =>
  documentOf(`broken: ${what}`, `Text.\n\n\`\`\`ts\n${code}\n\`\`\`\n`),
);

/** Each document is a folder of its own, in which its blocks are files. Only the compiler sees them. */
function sourcesOf({ path, blocks }: Document): { path: string; code: string; line: number }[] {
  const folder = join(repository, 'test', 'documents', path);
  return blocks.map(({ file, code, line }, at) => {
    return { path: join(folder, file ?? `block-${String(at)}.ts`), code, line };
  });
}

/** Everything in one go, which is much quicker than one by one: complaints by document. */
function complaintsByDocument(documents: readonly Document[]): Map<string, string[]> {
  const all = documents.flatMap(sourcesOf);
  const complaints = complaintsAbout(new Map(all.map(({ path, code }) => [path, code])));
  const told = documents.map((document): [string, string[]] => {
    const sources = sourcesOf(document);
    const lines = complaints.flatMap(({ path, line, message }) => {
      const source = sources.find((candidate) => candidate.path === path);
      return source === undefined ? [] : [`line ${String(source.line + line)}: ${message}`];
    });
    return [document.path, lines];
  });
  return new Map(told);
}

describe('the code in', () => {
  let complaints: Map<string, string[]>;

  beforeAll(() => {
    complaints = complaintsByDocument([...DOCUMENTS, ...BROKEN]);
  }, MINUTE);

  it.each(DOCUMENTS)('$path compiles under the strict settings of this repository', ({ path }) => {
    expect(complaints.get(path)).toEqual([]);
  });

  it.each(BROKEN)('a document does not compile when it is $path', ({ path }) => {
    expect(complaints.get(path)).toEqual([expect.stringMatching(/^line [45]: /)]);
  });
});

it.each(DOCUMENTS)('the links in $path lead to files that are there', ({ path, text }) => {
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !existsSync(join(repository, dirname(path), link)))).toEqual([]);
});

it.each(DOCUMENTS)('the anchors in $path are headings', ({ path, text }) => {
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)];
  const lost = links.filter(([, file = '', anchor = '']) => {
    const target = file === '' ? text : readDocument(join(dirname(path), file)).text;
    return !anchorsOf(target).includes(anchor);
  });
  expect(lost.map(([link]) => link)).toEqual([]);
});

it.each([
  ...DOCUMENTS.map(({ path, text }) => ({ path, text, lost: [] as string[] })),
  { path: 'a broken table', text: '| a |\n| - |\n| b |\n\n| c |', lost: ['| c |'] },
  { path: 'code', text: '```\n| c |\n```', lost: [] },
])('the rows of tables in $path belong to one', ({ text, lost }) => {
  expect(rowsWithoutTable(text)).toEqual(lost);
});

it('README.md is read to its end', () => {
  expect(readDocument('README.md').text.split('\n').length).toBeLessThanOrEqual(151);
});

describe('the documents name', () => {
  const options = readDocument('docs/guide/options.md').text;
  const errors = readDocument('docs/errors.md').text;
  const names = (file: string, pattern: RegExp): string[] =>
    [...readFileSync(join(repository, 'src', file), 'utf8').matchAll(pattern)].map(
      ([, name = '']) => name,
    );

  it('every option', () => {
    const known = names('config/option-names.ts', /^ {2}(\w+): true/gm);
    expect(known).toContain('secretKey');
    expect(known.filter((name) => !options.includes(`| \`${name}\` `))).toEqual([]);
  });

  it('every variable of the environment', () => {
    const variables = names('config/clerk-environment.ts', /'(CLERK_\w+)'/g);
    expect(variables).toContain('CLERK_SECRET_KEY');
    const ofPages = names('doors/pages/pages-settings.ts', /'(CLERK_\w+)'/g);
    expect(ofPages).toContain('CLERK_TELEMETRY_DISABLED');
    const named = (text: string) => (name: string) => !new RegExp(`\`${name}[\`=]`).test(text);
    expect([...variables, ...ofPages].filter(named(options))).toEqual([]);
    expect(ofPages.filter(named(readDocument('docs/pages.md').text))).toEqual([]);
  });

  it('every error code, and none that is gone', () => {
    const codes = names('errors/error-code.ts', /[|=] '([a-z_]+)'/g);
    expect(codes).toContain('session_required');
    expect(codes.filter((code) => !errors.includes(`\`${code}\``))).toEqual([]);
    const listed = [...errors.matchAll(/^\| `([a-z_]+)` /gm)].map(([, code = '']) => code);
    expect(listed).toContain('missing_role');
    expect(listed.filter((code) => !codes.includes(code))).toEqual([]);
  });

  it('every channel by its name, and none that is gone', () => {
    const observability = readDocument('docs/observability.md').text;
    const rows = observability.matchAll(/^\| `(\w+)` +\| `(nestjs-clerk-auth:[a-z-]+)` /gm);
    const listed = Object.fromEntries([...rows].map(([, word = '', name = '']) => [word, name]));
    expect(listed).toEqual(CHANNELS);
  });
});

/** First rows that no line of dashes follows: a blank line has cut them off, and readers see bars. */
function rowsWithoutTable(text: string): string[] {
  const lines = text.replaceAll(/^```[\s\S]*?^```$/gm, '').split('\n');
  return lines.filter((line, at) => {
    const isFirst = line.startsWith('|') && lines[at - 1]?.startsWith('|') !== true;
    return isFirst && !/^\|[\s:|-]+\|$/.test(lines[at + 1] ?? '');
  });
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

/** The outcome of a run of Jest, as far as it is looked at. */
interface JestResults {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

describe.each([
  ['README.md', ['tells who is calling: passed']],
  [
    'docs/testing.md',
    [
      'does not take an outage for a sign-out: passed',
      'lets Ada in: passed',
      'refuses a request without a session: passed',
    ],
  ],
])('%s, copied into files', (document, outcomes) => {
  const cache = join(repository, '.cache');
  let folder: string;
  let run: ChildApp | undefined;

  beforeAll(() => {
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, 'document-'));
    for (const { file, code } of readDocument(document).blocks) {
      if (file !== undefined) writeFileSync(join(folder, file), code);
    }
  });

  afterAll(async () => {
    await run?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'passes its own tests',
    async () => {
      const { testResults } = await runJest();
      const tests = testResults.flatMap(({ assertionResults }) => assertionResults);

      expect(testResults.map(({ message }) => message).join('')).toBe('');
      expect(tests.map(({ title, status }) => `${title}: ${status}`).sort()).toEqual(outcomes);
    },
    MINUTE,
  );

  /** In a process of its own, with this repository's settings and none of its folders but this one. */
  async function runJest(): Promise<JestResults> {
    const settings = {
      ...config.projects[0],
      testMatch: [`${folder}/*.spec.ts`],
      testPathIgnorePatterns: [],
      modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/contract/consumers/'],
    };
    const file = join(folder, 'jest.json');
    const results = join(folder, 'results.json');
    writeFileSync(file, JSON.stringify(settings));
    const jest = 'node --experimental-vm-modules node_modules/jest/bin/jest.js';
    run = new ChildApp(`${jest} --config '${file}' --json --outputFile '${results}'`, {});
    await run.end();
    return JSON.parse(readFileSync(results, 'utf8')) as JestResults;
  }
});
