import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DynamicModule } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { ClerkModule, clerkConfig, ConfigurationError, type ClerkOptions } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import type { ClerkSettings } from '../../src/config/clerk-settings.js';
import { CLERK_SETTINGS } from '../../src/module/tokens.js';
import { RecordedLog } from '../support/recorded-log.js';

const A = 'sk_test_a';
const B = 'sk_test_b';
const C = 'sk_test_c';

let home: string;
let folder: string;
let before: NodeJS.ProcessEnv;

function clear(): void {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
}

beforeEach(() => {
  before = { ...process.env };
  home = process.cwd();
  folder = mkdtempSync(join(tmpdir(), 'clerk-files-'));
  process.chdir(folder);
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('CLERK_')) Reflect.deleteProperty(process.env, name);
  }
});

afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
  clear();
  Object.assign(process.env, before);
});

async function settingsOf(
  ...imports: (DynamicModule | Promise<DynamicModule>)[]
): Promise<ClerkSettings> {
  const module = await Test.createTestingModule({ imports }).setLogger(new RecordedLog()).compile();
  return module.get<ClerkSettings>(CLERK_SETTINGS, { strict: false });
}

const read = (options: ClerkOptions = {}): Promise<ClerkSettings> =>
  settingsOf(ClerkModule.forRoot(options));

async function problemsOf(options: object): Promise<readonly string[]> {
  const reason: unknown = await read(options).catch((thrown: unknown) => thrown);
  expect(reason).toBeInstanceOf(ConfigurationError);
  return (reason as ConfigurationError).problems;
}

describe('beside ConfigModule.forRoot(), which copies .env into process.env', () => {
  type Config = Parameters<typeof ConfigModule.forRoot>[0];
  const both = (config?: Config): [string, () => Promise<ClerkSettings>][] => [
    ['before', () => settingsOf(ConfigModule.forRoot(config), ClerkModule.forRoot())],
    ['after', () => settingsOf(ClerkModule.forRoot(), ConfigModule.forRoot(config))],
  ];

  it.each(both())('%s ours: .env.local wins over .env', async (_, settings) => {
    writeFileSync('.env', `CLERK_SECRET_KEY=${C}\nCLERK_API_VERSION=v7\n`);
    writeFileSync('.env.local', `CLERK_SECRET_KEY=${B}\n`);
    expect(await settings()).toMatchObject({ secretKey: B, apiVersion: 'v7' });
    expect(process.env.CLERK_SECRET_KEY).toBe(C);
  });

  it.each(both())('%s ours: a variable of the process wins over both', async (_, settings) => {
    process.env.CLERK_SECRET_KEY = A;
    writeFileSync('.env', `CLERK_SECRET_KEY=${C}\n`);
    writeFileSync('.env.local', `CLERK_SECRET_KEY=${B}\n`);
    expect(await settings()).toMatchObject({ secretKey: A });
  });

  it.each(both({ expandVariables: true }))(
    '%s ours, with expandVariables: what .env expands to came from .env',
    async (_, settings) => {
      writeFileSync(
        '.env',
        'PART=c\nCLERK_SECRET_KEY=sk_test_${PART}\nCLERK_API_VERSION=v${NO_SUCH:-7}\n',
      );
      expect(await settings()).toMatchObject({ secretKey: C, apiVersion: 'v7' });
      writeFileSync('.env.local', `CLERK_SECRET_KEY=${B}\n`);
      expect(await settings()).toMatchObject({ secretKey: B, apiVersion: 'v7' });
    },
  );

  it.each(both({ envFilePath: ['.env.local', '.env'] }))(
    '%s ours, reading both files itself',
    async (_, settings) => {
      writeFileSync('.env', `CLERK_SECRET_KEY=${C}\nCLERK_API_VERSION=v7\n`);
      writeFileSync('.env.local', `CLERK_SECRET_KEY=${B}\n`);
      expect(await settings()).toMatchObject({ secretKey: B, apiVersion: 'v7' });
    },
  );

  it.each(both({ envFilePath: 'other.env' }))(
    '%s ours, with a file of its own, which counts as the process',
    async (_, settings) => {
      writeFileSync('other.env', `CLERK_SECRET_KEY=${A}\n`);
      writeFileSync('.env', `CLERK_SECRET_KEY=${C}\n`);
      writeFileSync('.env.local', `CLERK_SECRET_KEY=${B}\n`);
      expect(await settings()).toMatchObject({ secretKey: A });
    },
  );

  it.each(both({ ignoreEnvFile: true }))('%s ours, ignoring files', async (_, settings) => {
    writeFileSync('.env', `CLERK_SECRET_KEY=${C}\n`);
    writeFileSync('.env.local', `CLERK_SECRET_KEY=${B}\n`);
    expect(await settings()).toMatchObject({ secretKey: B });
    expect(process.env.CLERK_SECRET_KEY).toBeUndefined();
  });

  it('clerkConfig tells the same order', async () => {
    writeFileSync('.env', `CLERK_SECRET_KEY=${C}\n`);
    writeFileSync('.env.local', `CLERK_SECRET_KEY=${B}\n`);
    const imports = [ConfigModule.forRoot({ load: [clerkConfig] })];
    const module = await Test.createTestingModule({ imports }).compile();
    expect(module.get(ConfigService).get('clerk.secretKey')).toBe(B);
    expect({ ...clerkConfig() }).toMatchObject({ secretKey: B });
  });
});

describe('envFiles', () => {
  beforeEach(() => {
    writeFileSync('.env', `CLERK_SECRET_KEY=${C}\nCLERK_API_VERSION=v7\n`);
    writeFileSync('.env.local', `CLERK_SECRET_KEY=${B}\n`);
    writeFileSync('other.env', `CLERK_SECRET_KEY=${A}\n`);
  });

  it.each<[ClerkOptions, object]>([
    [{}, { secretKey: B, apiVersion: 'v7', envFiles: ['.env', '.env.local'] }],
    [{ envFiles: undefined }, { secretKey: B, apiVersion: 'v7' }],
    [{ envFiles: ['.env', 'other.env'] }, { secretKey: A, apiVersion: 'v7' }],
    [{ envFiles: ['other.env', '.env'] }, { secretKey: C, apiVersion: 'v7' }],
    [{ envFiles: ['missing.env', 'other.env'] }, { secretKey: A, apiVersion: 'v1' }],
    [
      { envFiles: false, secretKey: A },
      { secretKey: A, apiVersion: 'v1', envFiles: [] },
    ],
    [
      { envFiles: [], secretKey: A },
      { secretKey: A, apiVersion: 'v1' },
    ],
  ])('%j', async (options, settings) => {
    expect(await read(options)).toMatchObject(settings);
    const useFactory = async (): Promise<ClerkOptions> => options;
    expect(await settingsOf(ClerkModule.forRootAsync({ useFactory }))).toMatchObject(settings);
  });

  it('false leaves the variables of the process', async () => {
    process.env.CLERK_SECRET_KEY = A;
    expect(await read({ envFiles: false })).toMatchObject({ secretKey: A, apiVersion: 'v1' });
  });

  it('false touches no file, however odd', async () => {
    rmSync('.env');
    symlinkSync('.env', '.env');
    expect(await read({ envFiles: false, secretKey: A })).toMatchObject({ secretKey: A });
    const useFactory = (): ClerkOptions => ({ envFiles: false, secretKey: A });
    await expect(settingsOf(ClerkModule.forRootAsync({ useFactory }))).resolves.toBeDefined();
  });

  it.each<unknown>([true, null, 5, '.env', '', [''], [' '], [5], [null], ['a\0b'], {}])(
    '%j stops the boot',
    async (envFiles) => {
      expect(await problemsOf({ secretKey: A, envFiles })).toEqual([
        expect.stringMatching(/^envFiles must be false or a list/),
      ]);
    },
  );

  it('are shut out by the options of a LocalClerk', async () => {
    await using clerk = await LocalClerk.start();
    expect(await read(clerk.options())).toMatchObject({
      secretKey: clerk.secretKey,
      apiVersion: 'v1',
    });
    const module = await Test.createTestingModule({ imports: [ClerkModule.forRoot()] })
      .overrideProvider(clerkConfig.KEY)
      .useValue(clerk.options())
      .compile();
    expect(module.get<ClerkSettings>(CLERK_SETTINGS, { strict: false })).toMatchObject({
      secretKey: clerk.secretKey,
      apiVersion: 'v1',
    });
  });
});

describe('an odd file', () => {
  const TEXT = `CLERK_SECRET_KEY=${C}\nCLERK_API_VERSION=v7\n`;
  const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

  it.each<[string, () => Buffer | string]>([
    ['with a byte order mark', () => `\uFEFF${TEXT}`],
    ['with line breaks of Windows', () => TEXT.replaceAll('\n', '\r\n')],
    ['with line breaks of old', () => TEXT.replaceAll('\n', '\r')],
    ['in UTF-16, as PowerShell writes it', () => Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
    ['in UTF-16 of the other order', () => swapped(`\uFEFF${TEXT}`)],
    ['without a line break at its end', () => TEXT.trimEnd()],
    ['with export before a name', () => TEXT.replace('CLERK', 'export CLERK')],
    ['with lines that say nothing', () => `\n# mine\n\n=\nrubbish\n${TEXT}`],
  ])('%s is read rightly', async (_, content) => {
    writeFileSync('.env', content());
    expect(await read()).toMatchObject({ secretKey: C, apiVersion: 'v7' });
  });

  it.each<[string, () => void]>([
    ['a folder', () => mkdirSync('.env')],
    ['a link to nowhere', () => symlinkSync('nowhere', '.env')],
    ['a pipe', () => void execFileSync('mkfifo', ['.env'])],
    ['a device', () => symlinkSync('/dev/zero', '.env')],
    ['empty', () => writeFileSync('.env', '')],
  ])('that is %s is passed over', async (_, make) => {
    make();
    writeFileSync('.env.local', `CLERK_SECRET_KEY=${B}\n`);
    expect(await read()).toMatchObject({ secretKey: B, apiVersion: 'v1' });
  });

  it.each<[string, () => void, RegExp]>([
    ['a link to itself', () => symlinkSync('.env', '.env'), /cannot be read \(ELOOP\)/],
    ['larger than 1 MB', () => writeFileSync('.env', 'A=1234567\n'.repeat(100_001)), /1 MB/],
    ['no text', () => writeFileSync('.env', `CLERK_SECRET_KEY=${C}\0\n`), /is no text/],
    ['UTF-16 without a mark', () => writeFileSync('.env', swapped(TEXT)), /is no text/],
  ])('that is %s stops the boot with one error', async (_, make, what) => {
    make();
    const problems = await problemsOf({ secretKey: A });
    expect(problems).toEqual([expect.stringMatching(what)]);
    expect(problems[0]).toMatch(/environment file .*\.env .*envFiles: false/);
    expect(problems.join()).not.toContain(C);
    expect(await read({ secretKey: A, envFiles: ['.env.local'] })).toMatchObject({ secretKey: A });
  });

  it('several of them are told at once', async () => {
    for (const name of ['.env', '.env.local']) symlinkSync(name, name);
    expect(await problemsOf({ secretKey: A })).toHaveLength(2);
  });
});
