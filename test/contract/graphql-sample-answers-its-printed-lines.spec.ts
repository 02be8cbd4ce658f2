import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChildApp } from './support/child-app.js';
import { linesToPaste, paste } from './support/printed-lines.js';
import { repository } from './support/repository.js';

const SECONDS = 1000;

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly extensions: { readonly code: string; readonly reason: string };
  }[];
}

describe('npm run start:graphql', () => {
  let app: ChildApp;
  let printed: string;
  let told: string[];

  beforeAll(async () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      scripts: Readonly<Record<string, string>>;
    };
    // Without the build of the library, which has been built for these tests.
    const command = scripts['start:graphql']?.replace('npm run build && ', '') ?? '';
    app = new ChildApp(command, { PORT: '0', LOCAL_CLERK_PORT: '0' });
    const course = await app.until('Ctrl+C');
    printed = course.stdout;
    const answers = await paste(linesToPaste(course));
    told = answers.filter((answer) => answer.trim() !== '');
  }, 90 * SECONDS);

  afterAll(async () => {
    await app.stop();
  });

  const answer = (at: number): Answer => JSON.parse(told[at] ?? '') as Answer;
  const why = (at: number): unknown =>
    answer(at).errors?.map(({ extensions: { code, reason } }) => `${code} ${reason}`);

  it('knows Ada, and refuses nobody', () => {
    expect(answer(0)).toEqual({ data: { me: expect.stringMatching(/^user_/) } });
    expect(why(1)).toEqual(['UNAUTHENTICATED session_required']);
  });

  it('shows a guarded field to an admin, and the rest to others', () => {
    expect(answer(2)).toEqual({ data: { employee: { name: 'Eve', salary: 4200 } } });
    expect(answer(3).data).toEqual({ employee: { name: 'Eve', salary: null } });
    expect(why(3)).toEqual(['FORBIDDEN no_active_organization']);
  });

  it('reads the organization from an argument', () => {
    expect(why(4)).toEqual(['FORBIDDEN wrong_organization']);
  });

  it('answers everybody where it is open', () => {
    expect(answer(5)).toEqual({ data: { motto: 'open to everybody' } });
  });

  it('has a subscription that survives its token', () => {
    expect(told[6]).toMatch(
      /connected, time 1\n(?:tick \d\n)+closed with 4403 token_expired\nconnected, time 2\ntick 1/,
    );
  });

  it('has one that ends with its session, for good', () => {
    expect(told[7]).toContain('{"data":{"end":true}}');
    expect(told[7]).toContain('closed with 4401 session_not_active');
    expect(told[7]).toContain('the subscription is over for good');
    expect(told[7]).not.toContain('time 2');
  });

  it('prints no credential', () => {
    expect(printed).not.toMatch(/eyJ|clt_|sk_(?:test|live)_/);
  });
});
