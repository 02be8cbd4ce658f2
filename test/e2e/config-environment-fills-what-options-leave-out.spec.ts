import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DynamicModule } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { ClerkModule, clerkConfig, ConfigurationError, type ClerkOptions } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import type { ClerkSettings } from '../../src/config/clerk-settings.js';
import { CLERK_SETTINGS } from '../../src/module/tokens.js';
import { handled, ProbeController } from '../support/probe-controller.js';
import { RecordedLog } from '../support/recorded-log.js';
import { passes } from '../support/refusals.js';
import { ADAPTERS, startApp } from '../support/start-app.js';

type Variables = Record<string, string>;

let clerk: LocalClerk;
let home: string;
let folder: string;
let before: NodeJS.ProcessEnv;

beforeAll(async () => {
  clerk = await LocalClerk.start();
});

afterAll(async () => {
  await clerk.stop();
});

beforeEach(() => {
  handled.length = 0;
  before = { ...process.env };
  home = process.cwd();
  folder = mkdtempSync(join(tmpdir(), 'clerk-config-'));
  process.chdir(folder);
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('CLERK_')) Reflect.deleteProperty(process.env, name);
  }
});

afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('CLERK_')) Reflect.deleteProperty(process.env, name);
  }
  Object.assign(process.env, before);
});

function write(file: '.env' | '.env.local' | 'other.env', variables: Variables): void {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
}

async function settingsOf(...imports: DynamicModule[]): Promise<ClerkSettings> {
  const module = await Test.createTestingModule({ imports }).setLogger(new RecordedLog()).compile();
  return module.get<ClerkSettings>(CLERK_SETTINGS, { strict: false });
}

const read = (options?: ClerkOptions): Promise<ClerkSettings> =>
  settingsOf(options === undefined ? ClerkModule.forRoot() : ClerkModule.forRoot(options));

const A = 'sk_test_a';
const B = 'sk_test_b';
const C = 'sk_test_c';

describe.each(ADAPTERS)('on %s', (adapter) => {
  it.each<[string, (variables: Variables) => void]>([
    ['process.env', (variables) => Object.assign(process.env, variables)],
    ['.env.local', (variables) => write('.env.local', variables)],
    ['.env', (variables) => write('.env', variables)],
  ])('forRoot() with nothing set takes everything from %s', async (_, set) => {
    set({
      CLERK_SECRET_KEY: clerk.secretKey,
      CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
      CLERK_API_URL: clerk.url,
    });
    const app = await startApp(adapter, {
      imports: [ClerkModule.forRoot()],
      controllers: [ProbeController],
    });
    const ada = clerk.signIn('ada');
    const me = (): request.Test => request(app.getHttpServer()).get('/me');
    await passes(me().set('Authorization', ada.header), ada.userId);
    await passes(me().set('Cookie', ada.clientCookie), ada.userId);
    await passes(me().set('Cookie', ada.suffixedCookie), ada.userId);
    const foreign = clerk.mint({ session: ada, claims: { iss: 'https://clerk.example.com' } });
    await me().set('Authorization', `Bearer ${foreign}`).expect(401);
    await app.close();
  });
});

it('every variable is read, under its own name', async () => {
  Object.assign(process.env, {
    CLERK_SECRET_KEY: A,
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    CLERK_JWT_KEY: clerk.jwtKey.replaceAll('\n', '\\n'),
    CLERK_API_URL: 'https://proxy.example.com/clerk/',
    CLERK_API_VERSION: 'v7',
  });
  const settings = await read();
  expect(settings).toMatchObject({
    secretKey: A,
    issuers: [clerk.issuer],
    apiUrl: 'https://proxy.example.com/clerk',
    apiVersion: 'v7',
  });
  expect(settings.jwtKeys).toHaveLength(1);
});

describe('the order', () => {
  it.each<[string, Variables, Variables, Variables, string]>([
    [
      'process.env first',
      { CLERK_SECRET_KEY: A },
      { CLERK_SECRET_KEY: B },
      { CLERK_SECRET_KEY: C },
      A,
    ],
    ['then .env.local', {}, { CLERK_SECRET_KEY: B }, { CLERK_SECRET_KEY: C }, B],
    ['then .env', {}, {}, { CLERK_SECRET_KEY: C }, C],
    ['the new name first', { CLERK_SECRET_KEY: A, CLERK_API_KEY: B }, {}, {}, A],
    ['the original name alone', { CLERK_API_KEY: B }, {}, {}, B],
    ['the original name in .env', {}, {}, { CLERK_API_KEY: C }, C],
    ['the new name first, wherever', { CLERK_API_KEY: A }, {}, { CLERK_SECRET_KEY: C }, C],
    ['an empty new name is unset', { CLERK_SECRET_KEY: '', CLERK_API_KEY: B }, {}, {}, B],
    ['a blank new name is unset', { CLERK_SECRET_KEY: '  ', CLERK_API_KEY: B }, {}, {}, B],
    [
      'an empty one in .env.local is unset',
      {},
      { CLERK_SECRET_KEY: '' },
      { CLERK_SECRET_KEY: C },
      C,
    ],
    ['an empty one in process.env, too', { CLERK_SECRET_KEY: '' }, { CLERK_SECRET_KEY: B }, {}, B],
    ['blanks around are not part of it', { CLERK_SECRET_KEY: ` ${A} ` }, {}, {}, A],
    ['nor are quotes in a file', {}, { CLERK_SECRET_KEY: `"${B}"` }, {}, B],
    ['nor is a comment', {}, { CLERK_SECRET_KEY: `${B} # mine` }, {}, B],
  ])('%s', async (_, environment, local, file, secretKey) => {
    Object.assign(process.env, environment);
    write('.env.local', local);
    write('.env', file);
    expect(await read()).toMatchObject({ secretKey });
  });

  it('an option outranks them all, one that is undefined does not', async () => {
    process.env.CLERK_SECRET_KEY = A;
    expect(await read({ secretKey: B })).toMatchObject({ secretKey: B });
    expect(await read({ secretKey: undefined })).toMatchObject({ secretKey: A });
  });

  it('an empty list of PEMs outranks CLERK_JWT_KEY', async () => {
    Object.assign(process.env, { CLERK_SECRET_KEY: A, CLERK_JWT_KEY: clerk.jwtKey });
    expect((await read()).jwtKeys).toHaveLength(1);
    expect((await read({ jwtKey: [] })).jwtKeys).toEqual([]);
  });

  it.each(['CLERK_PUBLISHABLE_KEY', 'CLERK_JWT_KEY', 'CLERK_API_URL', 'CLERK_API_VERSION'])(
    'an empty %s is unset',
    async (name) => {
      Object.assign(process.env, { CLERK_SECRET_KEY: A, [name]: '' });
      expect(await read()).toMatchObject({
        publishableKey: undefined,
        jwtKeys: [],
        apiUrl: 'https://api.clerk.com',
        apiVersion: 'v1',
      });
    },
  );

  it.each<[string, (pem: string) => string]>([
    ['over several lines', (pem) => `"${pem}"`],
    ['with \\n of two characters', (pem) => `"${pem.replaceAll('\n', '\\n')}"`],
    ['with such, unquoted', (pem) => pem.replaceAll('\n', '\\n')],
    ['bare', (pem) => pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')],
  ])('a PEM in a file may be written %s', async (_, written) => {
    write('.env.local', { CLERK_JWT_KEY: written(clerk.jwtKey) });
    expect((await read()).jwtKeys).toHaveLength(1);
  });
});

describe('the moment', () => {
  it('is when the container builds, not when forRoot is called', async () => {
    const early = ClerkModule.forRoot();
    process.env.CLERK_SECRET_KEY = A;
    write('.env.local', { CLERK_API_VERSION: 'v7' });
    expect(await settingsOf(early)).toMatchObject({ secretKey: A, apiVersion: 'v7' });
  });

  it('comes anew with every container', async () => {
    process.env.CLERK_SECRET_KEY = A;
    expect(await read()).toMatchObject({ secretKey: A });
    process.env.CLERK_SECRET_KEY = B;
    expect(await read()).toMatchObject({ secretKey: B });
  });

  it('without any key it is the moment of one error', async () => {
    await expect(read()).rejects.toThrow(ConfigurationError);
    await expect(read()).rejects.toThrow(/CLERK_SECRET_KEY/);
  });

  it('a wrong variable stops the boot like a wrong option, by name', async () => {
    Object.assign(process.env, { CLERK_SECRET_KEY: 'zv7Q1m', CLERK_API_URL: 'ftp://x' });
    const reason: unknown = await read().catch((thrown: unknown) => thrown);
    expect(reason).toBeInstanceOf(ConfigurationError);
    expect((reason as ConfigurationError).problems).toEqual([
      expect.stringContaining('CLERK_SECRET_KEY'),
      expect.stringContaining('CLERK_API_URL'),
    ]);
    expect(String(reason)).not.toContain('zv7Q1m');
  });
});

describe('with the ConfigModule of the application', () => {
  it('clerkConfig can be loaded and asked', async () => {
    Object.assign(process.env, { CLERK_SECRET_KEY: A, CLERK_API_URL: clerk.url });
    const module = await Test.createTestingModule({
      imports: [ConfigModule.forRoot({ load: [clerkConfig], ignoreEnvFile: true })],
    }).compile();
    const config = module.get(ConfigService);
    expect(config.get('clerk.apiUrl')).toBe(clerk.url);
    expect(config.get('clerk.secretKey')).toBe(A);
    expect(config.get('clerk.jwtKey')).toBeUndefined();
  });

  it('a global one beside ours shares its values, and neither disturbs the other', async () => {
    process.env.CLERK_SECRET_KEY = A;
    const module = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [clerkConfig] }),
        ClerkModule.forRoot({ apiVersion: 'v7' }),
      ],
    }).compile();
    expect(module.get(ConfigService).get('clerk.secretKey')).toBe(A);
    const settings = module.get<ClerkSettings>(CLERK_SETTINGS, { strict: false });
    expect(settings).toMatchObject({ secretKey: A, apiVersion: 'v7' });
  });

  it('what it loads from a file of its own is seen', async () => {
    write('other.env', { CLERK_SECRET_KEY: C });
    const config = await ConfigModule.forRoot({ envFilePath: 'other.env' });
    expect(await settingsOf(config, ClerkModule.forRoot())).toMatchObject({ secretKey: C });
  });
});
