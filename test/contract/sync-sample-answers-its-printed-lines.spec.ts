import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { areBrokersRequired, findBroker } from '../brokers/support/find-brokers.mjs';
import { ChildApp } from './support/child-app.js';
import { CAN_RUN_OTHER_NODES, otherNode } from './support/other-node.js';
import { linesToPaste, paste } from './support/printed-lines.js';
import { repository } from './support/repository.js';

const SECONDS = 1000;

const HAS_REDIS = findBroker('Redis') !== undefined || areBrokersRequired();

/** A run of the sample. */
interface Run {
  readonly what: string;
  readonly processes: 1 | 2;
  /** What the test finds in its first lines. */
  readonly says: RegExp;
  readonly command: string;
  readonly environment: () => Promise<Record<string, string>>;
}

const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};
/** Without the build of the library, which has been built for these tests. */
const SCRIPT = scripts['start:sync']?.replace('npm run build && ', '') ?? '';
/** Once the first run has compiled it. */
const COMPILED = 'node sample/06-sync/dist/main.js';

const TWO = /two processes, http:\S+ and http:\S+, with a Redis of its own on port \d+/;

const RUNS: readonly Run[] = [
  {
    what: 'npm run start:sync',
    processes: HAS_REDIS ? 2 : 1,
    says: HAS_REDIS ? TWO : /No Redis was found, so the app runs in one process/,
    command: SCRIPT,
    environment: async () => ({ REDIS_URL: '' }),
  },
  {
    what: 'where no Redis can be reached',
    processes: 1,
    says: /No Redis was found, so the app runs in one process/,
    command: COMPILED,
    environment: async () => ({ REDIS_URL: 'redis://127.0.0.1:1' }),
  },
  ...(CAN_RUN_OTHER_NODES
    ? [
        {
          what: 'on Node 24, which has SQLite',
          processes: HAS_REDIS ? 2 : 1,
          says: HAS_REDIS ? TWO : /one process/,
          command: COMPILED,
          environment: async () => ({
            REDIS_URL: '',
            PATH: `${dirname(await otherNode('24.21.0'))}:${process.env.PATH ?? ''}`,
          }),
        } as const,
      ]
    : []),
];

interface Answer {
  readonly status: string;
  readonly body: Readonly<Record<string, unknown>>;
}

describe.each(RUNS)('$what', ({ processes, says, command, environment }) => {
  let app: ChildApp;
  let folder: string;
  let printed: string;
  let told: string[];

  beforeAll(async () => {
    // It cannot clean up behind it: the test ends it with SIGKILL.
    folder = mkdtempSync(join(tmpdir(), 'sync-'));
    const own = { PORT: '0', LOCAL_CLERK_PORT: '0', TMPDIR: folder };
    app = new ChildApp(command, { ...own, ...(await environment()) });
    const course = await app.until('Ctrl+C');
    printed = course.stdout;
    told = (await paste(linesToPaste(course))).filter((text) => text.trim() !== '');
  }, 180 * SECONDS);

  afterAll(async () => {
    await app.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 9 });
  });

  /** What all processes said to one question; they must agree. */
  const answered = (at: number): Answer => {
    const answers = told.slice(at * processes, (at + 1) * processes).map(answerIn);
    expect(answers).toHaveLength(processes);
    const [first = { status: '', body: {} }] = answers;
    expect(answers).toEqual(answers.map(() => first));
    return first;
  };

  it('says what it runs on', () => {
    expect(printed).toMatch(says);
    expect(printed).toMatch(/LocalClerk plays Clerk on http:\S+/);
  });

  it('shows the row of a new user, through every process', () => {
    expect(answered(0)).toMatchObject({
      status: '200',
      body: { name: 'Grace Murray', email: 'grace@example.com' },
    });
    expect(answered(1)).toEqual({ status: '200', body: { name: 'Grace Murray' } });
  });

  it('shows a change, and has dropped what was kept of the user', () => {
    expect(answered(2)).toMatchObject({ status: '200', body: { name: 'Grace Hopper' } });
    expect(answered(3)).toEqual({ status: '200', body: { name: 'Grace Hopper' } });
  });

  it('refuses a banned user in every process at once', () => {
    expect(answered(4)).toMatchObject({ status: '401', body: { code: 'session_not_active' } });
  });

  it('shows what Clerk was answered', () => {
    const { deliveries } = JSON.parse(told.at(-1) ?? '') as {
      deliveries: readonly { type: string; status: number; answer: string }[];
    };
    expect(told).toHaveLength(5 * processes + 1);
    const lines = deliveries.map(
      ({ type, status, answer }) =>
        `${type} ${status} ${(JSON.parse(answer) as { outcome: string }).outcome}`,
    );
    // What is under way at once is answered in any order.
    expect(lines.sort()).toEqual([
      'session.created 200 ignored',
      'user.created 200 handled',
      'user.updated 200 handled',
      'user.updated 200 handled',
    ]);
  });

  it('prints no credential', () => {
    expect(printed).not.toMatch(/eyJ|clt_|sk_(?:test|live)_|whsec_/);
  });
});

/** Without the blank lines, and the date, which differs. */
function answerIn(text: string): Answer {
  const [, status = ''] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? [];
  const body = text.split('\r\n\r\n')[1] ?? '';
  return { status, body: JSON.parse(body) as Answer['body'] };
}
