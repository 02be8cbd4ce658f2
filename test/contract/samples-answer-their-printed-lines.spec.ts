import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChildApp } from './support/child-app.js';
import { linesToPaste, paste } from './support/printed-lines.js';
import { repository } from './support/repository.js';

/** What a sample is expected to do. */
interface Sample {
  /** The one command that runs it. */
  readonly script: string;
  /** What becomes of the lines that ask the app something, in their order. */
  readonly answers: readonly string[];
  /** Parts of bodies that must be among the answers. */
  readonly bodies: readonly string[];
}

const SAMPLES: readonly Sample[] = [
  {
    script: 'start:organizations',
    answers: [
      'as $ADA $ACME: 200',
      'as $EVE $ACME: 403 wrong_organization',
      'as $BOB $ACME/invoices: 200',
      'as $EVE $UMBRELLA/invoices: 403 missing_permission',
      'as $BOB $ACME/forecast: 200',
      'as $EVE $UMBRELLA/forecast: 403 missing_plan',
      'as $BOB $ACME/export: 200',
      'as $EVE $UMBRELLA/export: 403 missing_feature',
      'as $ADA $ACME/audit-log: 200',
      'as $BOB $ACME/audit-log: 403 missing_role',
      'as $ADA $ACME -X DELETE: 403 reverification_required',
      'as $ADA $ACME -X DELETE: 200',
      'as $ADA $ACME/bank-account: 200',
      'as $SUPPORT $ACME/bank-account: 403 impersonation_not_allowed',
      'as $BOB $ACME/members/<id>/payslip: 200',
      'as $BOB $ACME/members/<id>/payslip: 403 requirement_not_met',
      'curl -i -H "Authorization: Bearer $TOKEN" -X POST $ACME/payouts; echo: 201',
      'curl -i -H "Authorization: Bearer $TOKEN" $ACME; echo: 200',
      'curl -i -H "Authorization: Bearer $TOKEN" -X POST $ACME/payouts; echo: 401 session_not_active',
    ],
    bodies: [
      '{"organization":"acme","yourRole":"org:admin"}',
      // What the hooks of Clerk understand.
      '"clerk_error":{"type":"forbidden","reason":"reverification-error","metadata":{"reverification":"strict"}}',
    ],
  },
  {
    script: 'start:machines',
    answers: [
      'as "$ADA" me: 200',
      'as "$KEY" me: 401 token_type_unsupported',
      'as "$ADA" reports: 200',
      'as "$KEY" reports: 200',
      'as "$WORKER" reports: 401 token_type_unsupported',
      'as "$WORKER" jobs: 200',
      'as "$LOST" jobs: 401 machine_token_invalid',
      'as "$ADA" jobs: 401 token_type_unsupported',
      'as "$MAIL" contacts: 200',
      'as "$GAME" contacts: 403 missing_scope',
      'as "$KEY" reports: 401 machine_token_revoked',
      'as "$WORKER" jobs: 503 authority_unavailable',
      'as "$WORKER_JWT" jobs: 200',
      'as "$WORKER" jobs: 200',
    ],
    bodies: [
      '{"reportsFor":"user_',
      '{"reportsFor":"backup script, a key of user_',
      '{"jobsFor":"mch_',
      '{"contactsFor":"mail, for user_',
    ],
  },
];

const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};
const SECONDS = 1000;

/** `200`, or what was refused and why: `403 missing_role`. */
function outcomeIn(answer: string): string {
  const [, status = ''] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? [];
  const [, code] = /"code":"(\w+)"/.exec(answer) ?? [];
  return code === undefined ? status : `${status} ${code}`;
}

/** The outcomes that the comments above the lines announce. */
function announcedIn(printed: string): string[] {
  const comments = printed.split('\n').filter((line) => line.startsWith('#'));
  return comments.flatMap((line) => line.match(/(?<=: )[2-5]\d\d(?: [a-z]+(?:_[a-z]+)+)?/g) ?? []);
}

describe.each(SAMPLES)('npm run $script', ({ script, answers, bodies }) => {
  let app: ChildApp;
  let printed: string;
  let lines: string[];
  let printedByLines: string[];

  beforeAll(async () => {
    // Without the build of the library, which has been built for these tests.
    const command = scripts[script]?.replace('npm run build && ', '') ?? '';
    app = new ChildApp(command, { PORT: '0', LOCAL_CLERK_PORT: '0' });
    const course = await app.until('Ctrl+C');
    printed = course.stdout;
    lines = linesToPaste(course);
    printedByLines = await paste(lines);
  }, 60 * SECONDS);

  afterAll(async () => {
    await app.stop();
  });

  const outcomes = (): string[] =>
    printedByLines.filter((answer) => answer.startsWith('HTTP/')).map(outcomeIn);

  it('lets in who meets a demand, and nobody else', () => {
    const asking = lines.filter((_, at) => printedByLines[at]?.startsWith('HTTP/'));
    const told = asking.map((line, at) => {
      return `${line.replace(/user_\w+/, '<id>')}: ${outcomes()[at] ?? ''}`;
    });
    expect(told).toEqual(answers);
  });

  it.each(bodies)('answers with %s', (body) => {
    expect(printedByLines.join('')).toContain(body);
  });

  it('announces above its lines what becomes of them', () => {
    expect(announcedIn(printed)).toEqual(outcomes());
  });

  it('prints no credential', () => {
    expect(printed).not.toMatch(/eyJ|clt_|\b(?:ak|mt|oat)_|sk_(?:test|live)_/);
  });
});
