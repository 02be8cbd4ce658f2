import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildApp } from './support/child-app.js';
import { linesToPaste, paste } from './support/printed-lines.js';
import { repository } from './support/repository.js';

const SECONDS = 1000;

const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};
/** Without the build of the library, which has been built for these tests. */
const SCRIPT = scripts['start:pages']?.replace('npm run build && ', '') ?? '';
/** Once the first run has compiled it. */
const COMPILED = 'node sample/07-pages/dist/main.js';

/** There and back again, and the page under its own address. */
const handshakeOf = (path: string): readonly string[] => [
  '307 clerk/v1/client/handshake',
  `307 app${path}`,
  `307 ${path}`,
];

/** Whether the bundles of Clerk's form are at hand. */
const RUNS = [
  {
    command: SCRIPT,
    hasForm: false,
    says: /sign in on LocalClerk’s page, with a button/,
    signIn: ['307 clerk/sign-in', '200 Sign in · LocalClerk'],
  },
  {
    command: COMPILED,
    hasForm: true,
    says: /sign in with Clerk’s own form: ada@example\.com or bob@example\.com/,
    signIn: ['307 /sign-in', '200 Sign in · Inkwell'],
  },
] as const;

describe.each(RUNS)('npm run start:pages, form: $hasForm', ({ command, hasForm, says, signIn }) => {
  let app: ChildApp;
  let bundles: string;
  let printed: string;
  let told: (readonly string[])[];

  beforeAll(async () => {
    bundles = mkdtempSync(join(tmpdir(), 'bundles-'));
    if (hasForm) mkdirSync(join(bundles, '@clerk'));
    const environment = { PORT: '0', LOCAL_CLERK_PORT: '0', LOCAL_CLERK_BUNDLES: bundles };
    app = new ChildApp(command, environment);
    const course = await app.until('Ctrl+C');
    printed = course.stdout;
    const lines = linesToPaste(course);
    const answers = await paste(lines);
    const [, site = ''] = /Open (\S+) in a browser/.exec(printed) ?? [];
    const [, clerk = ''] = /plays Clerk on (\S+)/.exec(printed) ?? [];
    told = answers
      .filter((_, at) => lines[at]?.startsWith('page '))
      .map((answer) => wayIn(answer.replaceAll(site, 'app').replaceAll(clerk, 'clerk')));
  }, 120 * SECONDS);

  afterAll(async () => {
    await app.stop();
    rmSync(bundles, { recursive: true, force: true, maxRetries: 9 });
  });

  it('says how people sign in', () => {
    expect(printed).toMatch(says);
  });

  it('sends a guest to sign in', () => {
    expect(told[0]).toEqual(signIn);
  });

  it('brings who has signed in to the page that was asked for', () => {
    const back = ['303 app/invoices', ...handshakeOf('/invoices'), '200 Invoices · Inkwell'];
    expect(told[1]).toEqual(back);
  });

  it('keeps somebody signed in whose token is gone', () => {
    expect(told[2]).toEqual([...handshakeOf('/invoices'), '200 Invoices · Inkwell']);
  });

  it('opens the page of an organization to its members, and to nobody else', () => {
    expect(told[3]).toEqual([...handshakeOf('/teams/acme'), '200 acme · Inkwell']);
    expect(told[4]).toEqual([...handshakeOf('/teams/umbrella'), '403 Not for you · Inkwell']);
  });

  it('does not know who it is during an outage, and does afterwards', () => {
    const out = ['307 clerk/v1/client/handshake', '307 app/invoices', '503 One moment · Inkwell'];
    expect(told[5]).toEqual(out);
    expect(told[6]).toEqual([...handshakeOf('/invoices'), '200 Invoices · Inkwell']);
  });

  it('signs out, and then asks to sign in', () => {
    expect(told[7]).toEqual(['303 /', ...handshakeOf('/'), '200 Home · Inkwell']);
    expect(told[8]?.slice(-2)).toEqual(signIn);
    expect(told).toHaveLength(9);
  });

  it('prints no credential', () => {
    expect(printed + JSON.stringify(told)).not.toMatch(/eyJ|dvb_|nonce_|sk_(?:test|live)_/);
  });
});

describe('a browser at the pages sample', () => {
  let app: ChildApp;
  let url: string;
  let clerk: string;

  beforeAll(async () => {
    app = new ChildApp(COMPILED, { PORT: '0', LOCAL_CLERK_PORT: '0' });
    const { stdout } = await app.until('Ctrl+C');
    [, url = ''] = /Open (\S+) in a browser/.exec(stdout) ?? [];
    [, clerk = ''] = /plays Clerk on (\S+)/.exec(stdout) ?? [];
  }, 60 * SECONDS);

  afterAll(() => app.stop());

  /** Headers of somebody who has just signed in. */
  const signedIn = async (): Promise<Record<string, string>> => {
    const post = { method: 'POST', body: JSON.stringify({ user: 'ada' }) };
    const answer = await fetch(`${clerk}/_local/sign-in`, post);
    const { cookie } = (await answer.json()) as { cookie: string };
    return { cookie, accept: 'text/html' };
  };

  it.each(['/site.css', '/htmx.js'])('gets %s, signed in or not', async (path) => {
    expect((await fetch(`${url}${path}`)).status).toBe(200);
  });

  it('gets an invoice as a page, and the part alone for htmx', async () => {
    const headers = await signedIn();
    const page = await (await fetch(`${url}/invoices/1`, { headers })).text();
    const htmx = { ...headers, 'hx-request': 'true' };
    const part = await (await fetch(`${url}/invoices/1`, { headers: htmx })).text();
    expect(page).toMatch(/^<!doctype html>/);
    expect(part).toMatch(/^<article>/);
    expect(page).toContain(part.trim().split('\n')[1]);
  });

  it('is told by htmx to ask for the whole page when it is signed out', async () => {
    const htmx = { accept: 'text/html, */*', 'hx-request': 'true' };
    const { status, headers } = await fetch(`${url}/invoices/1`, { headers: htmx });
    expect([status, headers.get('hx-refresh')]).toEqual([401, 'true']);
  });

  it('sends a form, and sees it, escaped', async () => {
    const headers = await signedIn();
    const body = new URLSearchParams({ customer: '<b>Somerville', amount: '99.5' });
    const post = { method: 'POST', headers, body, redirect: 'manual' } as const;
    const sent = await fetch(`${url}/invoices`, post);
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/invoices']);
    const page = await (await fetch(`${url}/invoices`, { headers })).text();
    expect(page).toContain('&lt;b&gt;Somerville');
  });

  it('is told what a form lacks, and in words that it came too late', async () => {
    const headers = await signedIn();
    const body = new URLSearchParams({ customer: '', amount: '1' });
    const post = { method: 'POST', body } as const;
    const lacking = await fetch(`${url}/invoices`, { ...post, headers });
    expect([lacking.status, await lacking.text()]).toEqual([
      400,
      expect.stringContaining('An invoice needs a customer and an amount.'),
    ]);
    const late = await fetch(`${url}/invoices`, { ...post, headers: { accept: 'text/html' } });
    expect([late.status, await late.text()]).toEqual([
      401,
      expect.stringContaining('your form is sent again'),
    ]);
  });

  it('gets a page where there is none, and a program its JSON', async () => {
    const page = await fetch(`${url}/nothing`, { headers: { accept: 'text/html' } });
    expect([page.status, await page.text()]).toEqual([
      404,
      expect.stringContaining('There is no such page.'),
    ]);
    const program = await fetch(`${url}/nothing`);
    expect([program.status, await program.json()]).toMatchObject([404, { statusCode: 404 }]);
  });
});

/** Each answer with where it leads, or with the title of the page. */
function wayIn(printed: string): string[] {
  const answers = printed.split(/^HTTP\/1\.1 /m).slice(1);
  return answers.map((answer) => {
    const [, place] = /^location: (\S+)/im.exec(answer) ?? [];
    const [, title] = /<title>(.*)<\/title>/.exec(answer) ?? [];
    return `${answer.slice(0, 3)} ${place ?? title ?? ''}`;
  });
}
