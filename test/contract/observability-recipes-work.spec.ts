import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ADAPTERS } from '../support/start-app.js';
import { readDocument } from './support/documents.js';
import { repository } from './support/repository.js';
import { transpile } from './support/transpile.js';

const MINUTES = 60_000;

/** What the program consists of, besides the recipes as docs/observability.md has them. */
const SOURCES = [
  'contract/support/recipe-program.ts',
  'contract/support/recipe-controller.ts',
  'support/start-app.ts',
];
const RECIPES = ['audit-trail.ts', 'sentry.ts', 'logging.module.ts', 'observe.ts', 'tracing.ts'];

/** What a run printed: its lines, and what it found. */
interface Run<Found> {
  readonly lines: readonly string[];
  readonly found: Found;
}

/** Under plain Node, against what is shipped: some of these packages patch Node, and Jest cannot load others beside Nest. */
describe.each(ADAPTERS)('on %s, the recipe for', (adapter) => {
  let folder: string;

  beforeAll(() => {
    const cache = join(repository, '.cache');
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, 'recipes-'));
    for (const source of SOURCES) {
      write(source, readFileSync(join(repository, 'test', source), 'utf8'));
    }
    const { blocks } = readDocument('docs/observability.md');
    for (const recipe of RECIPES) {
      const block = blocks.find(({ file }) => file === recipe);
      expect({ recipe, isThere: block !== undefined }).toEqual({ recipe, isThere: true });
      write(join('recipes', recipe), block!.code);
    }
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 9 });
  });

  function write(path: string, source: string): void {
    const target = join(folder, path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, transpile(source));
  }

  async function run<Found>(recipe: string): Promise<Run<Found>> {
    const program = join(folder, 'contract/support/recipe-program.js');
    // What this run was started with is Jest's.
    const env = { ...process.env, NODE_OPTIONS: '', NODE_ENV: '' };
    const options = { cwd: repository, env, maxBuffer: 64 * 1024 * 1024 };
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [program, recipe, adapter],
      options,
    );
    const lines = stdout.split('\n').filter((line) => line !== '');
    const [, found = ''] = /^found: (.*)$/m.exec(stderr) ?? [];
    return { found: JSON.parse(found) as Found, lines };
  }

  it(
    'an audit trail writes one line of JSON for each refusal',
    async () => {
      const { lines, found } = await run<{ statuses: number[]; userId: string; secrets: string[] }>(
        'audit-trail',
      );
      expect(found.statuses).toEqual([401, 200, 403, 200]);
      const place = { at: expect.stringMatching(/^\d{4}-.*Z$/), controller: 'RecipeController' };
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
        { ...place, handler: 'me', status: 401, code: 'session_required', userId: null },
        {
          ...place,
          handler: 'admin',
          status: 403,
          code: 'no_active_organization',
          userId: found.userId,
        },
      ]);
    },
    2 * MINUTES,
  );

  it(
    'Sentry names the user of each error, also of simultaneous requests, and sends no credential',
    async () => {
      const { found } = await run('sentry');
      expect(found).toEqual({ events: 31, wrong: [], withRequest: 31, leaked: 0 });
    },
    2 * MINUTES,
  );

  it(
    'nestjs-pino names the user on every line, and logs no credential',
    async () => {
      const { lines, found } = await run<{ users: string[]; secrets: string[] }>('pino');
      interface Line {
        readonly msg: string;
        readonly userId?: string;
        readonly req?: { readonly id: number; readonly headers: Record<string, string> };
      }
      const logged = lines.map((line) => JSON.parse(line) as Line);
      const inHandlers = logged.filter(({ msg }) => msg.startsWith('for '));
      expect(inHandlers).toHaveLength(13);
      for (const { msg, userId } of inHandlers) expect(msg).toBe(`for ${String(userId)}`);
      const last = logged.filter(({ msg }) => msg === 'request completed');
      expect(last.map(({ userId }) => userId).sort()).toEqual(
        [...found.users, ...found.users, ...found.users, ...found.users, undefined].sort(),
      );
      expect(logged.some(({ req }) => req?.headers.authorization === '[Redacted]')).toBe(true);
      for (const secret of found.secrets) expect(lines.join('\n')).not.toContain(secret);
    },
    2 * MINUTES,
  );

  it(
    '@nestjs/observe is told the user, and leaves guard and audit as they are',
    async () => {
      const { found } = await run('observe');
      expect(found).toEqual({
        statuses: [401, 200, 403, 200],
        told: true,
        leaked: false,
        protections: { me: 'required', slow: 'required', admin: 'required', open: 'public' },
      });
    },
    2 * MINUTES,
  );

  it(
    'OpenTelemetry writes to the span of HTTP, also where one inside of it is active',
    async () => {
      const { found } = await run('tracing');
      expect(found).toEqual({
        servers: [
          { 'clerk.authentication.result': 'success', 'clerk.token_type': 'session_token' },
          { 'clerk.authentication.result': 'none', 'clerk.code': 'session_required' },
        ],
        inner: [{}, {}],
      });
    },
    2 * MINUTES,
  );
});
