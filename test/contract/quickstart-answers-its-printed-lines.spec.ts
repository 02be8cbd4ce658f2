import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { ChildApp } from './support/child-app.js';
import { linesToPaste, paste } from './support/printed-lines.js';
import { repository } from './support/repository.js';

/** Empty, so that a key in a developer's `.env.local` does not count either. */
const WITHOUT_KEY = { CLERK_SECRET_KEY: '', CLERK_API_KEY: '' };
const FREE_PORTS = { PORT: '0', LOCAL_CLERK_PORT: '0' };
const SECONDS = 1000;

const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  scripts: { start: string };
};
/** `npm start` without the build of the library, which has been built for these tests. */
const START = scripts.start.replace('npm run build && ', '');
const BUILT = `node ${join('sample', '01-quickstart', 'dist', 'main.js')}`;

const running: ChildApp[] = [];

function run(command: string, environment: Readonly<Record<string, string>>): ChildApp {
  const app = new ChildApp(command, { ...FREE_PORTS, ...environment });
  running.push(app);
  return app;
}

describe('the quickstart', () => {
  let printed: string;
  let answers: string[];
  /** What the lines with this in them printed, in order. */
  const answersTo = (part: string): string[] =>
    answers.filter((_, at) => lines[at]?.includes(part));
  let lines: string[];
  let noBundles: string;

  beforeAll(async () => {
    noBundles = mkdtempSync(join(tmpdir(), 'bundles-'));
    const course = await run(START, WITHOUT_KEY).until('Ctrl+C');
    printed = course.stdout;
    lines = linesToPaste(course);
    answers = await paste(lines);
  }, 60 * SECONDS);

  afterAll(async () => {
    await Promise.all(running.map((app) => app.stop()));
    // Only now: until it is stopped, an app may still be filling it.
    rmSync(noBundles, { recursive: true, force: true, maxRetries: 9 });
  });

  it('says what it is and what to do, and nothing else', () => {
    expect(printed.trim()).toMatch(
      /^Building the package, [^\n]+\n+The app listens on http:\/\/localhost:\d+\n/,
    );
    expect(printed).toContain('LocalClerk plays Clerk on http://127.0.0.1:');
    expect(lines.filter((line) => !/^(curl|ADA=|ada\(\)|token\(\))/.test(line))).toEqual([]);
  });

  it('prints no credential', () => {
    expect(printed).not.toMatch(/eyJ|clt_|sk_(?:test|live)_/);
  });

  it('refuses a stranger with 401 and an empty body', () => {
    const [head = '', body] = answers[0]?.split('\r\n\r\n') ?? [];
    expect(lines[0]).toMatch(/^curl -i http:\/\/localhost:\d+\/me$/);
    expect(head).toContain('HTTP/1.1 401 Unauthorized');
    expect(head).toContain('WWW-Authenticate: Bearer');
    expect(body).toBe('');
  });

  it('welcomes Ada with 200', () => {
    const [ada = ''] = answersTo('/me -H');
    expect(ada).toContain('HTTP/1.1 200 OK');
    expect(ada).toMatch(/\{"userId":"user_\w+","sessionId":"sess_\w+"\}$/);
  });

  it('greets guests and Ada', () => {
    const [guest, ada] = answersTo('/maybe');
    expect(guest).toBe('{"message":"Hello guest!"}');
    expect(ada).toMatch(/^\{"message":"Hello user_\w+!"\}$/);
  });

  it('asks Clerk about a client token: 200, 503 in the outage, 401 after signing out', () => {
    const statuses = answersTo('_clerk_session_id').map((answer) => answer.slice(9, 12));
    expect(statuses).toEqual(['200', '503', '401']);
    expect(answersTo('_clerk_session_id')[1]).toContain('Retry-After: ');
    expect(answersTo('_local/outage')).toEqual(['{"outage":"unavailable"}', '{"outage":false}']);
    expect(answersTo('-X DELETE')[0]).toContain('HTTP/1.1 204 No Content');
  });

  it('has a page, and starts without a registry at hand', async () => {
    // Nobody listens on the discard port.
    const offline = { LOCAL_CLERK_BUNDLES: noBundles, npm_config_registry: 'http://127.0.0.1:9' };
    const { stdout } = await run(BUILT, { ...WITHOUT_KEY, ...offline }).until('Ctrl+C');
    const [url = ''] = /http:\/\/localhost:\d+/.exec(stdout) ?? [];
    const page = await (await fetch(url)).text();
    const [script = ''] = /\/page\/\w+\.js/.exec(page) ?? [];
    expect((await fetch(url + script)).status).toBe(200);
  });

  it('takes the key that it is given, and starts no LocalClerk then', async () => {
    await using clerk = await LocalClerk.start();
    const { secretKey, url } = clerk;
    const app = run(BUILT, { CLERK_SECRET_KEY: secretKey, CLERK_API_URL: url });
    const course = await app.until('$TOKEN"');
    const [stranger = '', welcome = ''] = linesToPaste(course);
    const token = `TOKEN=${clerk.signIn('ada').sessionToken}`;

    expect(course.stdout).not.toContain('LocalClerk');
    const [refused, , welcomed] = await paste([stranger, token, welcome]);
    expect(refused).toContain('401 Unauthorized');
    expect(welcomed).toContain('200 OK');
  });

  it.each(['PORT', 'LOCAL_CLERK_PORT'])('says that %s is in use, and ends with 1', async (name) => {
    const taken = createServer();
    await once(taken.listen(0), 'listening');
    const { port } = taken.address() as AddressInfo;
    const { code, stderr } = await run(BUILT, { ...WITHOUT_KEY, [name]: String(port) }).end();
    taken.close();

    expect(stderr).toContain(`Port ${String(port)} is in use. Stop what listens there`);
    expect(code).toBe(1);
  });

  it.each([
    [{ PORT: 'soon' }, 'PORT must be a number from 0 to 65535.'],
    [{ CLERK_SECRET_KEY: 'nonsense' }, 'secretKey (CLERK_SECRET_KEY) must start with sk_live_'],
  ])('says what is wrong with %j, and ends with 1', async (wrong, message) => {
    const { code, stdout, stderr } = await run(BUILT, { ...WITHOUT_KEY, ...wrong }).end();
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });
});
