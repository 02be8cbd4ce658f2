import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { startDemo, urlOf } from '../browser/support/start-demo.js';
import { askAsHost } from '../support/ask-as-host.js';
import { askRaw } from '../support/ask-raw.js';
import { LocalBrowser } from '../support/local-browser.js';
import { ScriptedServer } from '../support/scripted-server.js';

/** As far as the guarding of the door sees of a request. */
interface Arriving {
  readonly socket: object;
}

let clerk: LocalClerk;
let app: INestApplication;
let elsewhere: ScriptedServer;
/** Where callers seem to be; `undefined`: where they are. */
let remoteAddress: string | undefined;

function pretend({ socket }: Arriving, _response: unknown, next: () => void): void {
  if (remoteAddress !== undefined) {
    Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
  }
  next();
}

beforeAll(async () => {
  clerk = await LocalClerk.start();
  elsewhere = await ScriptedServer.start(() => ({ status: 200 }));
  const prepare = (created: INestApplication): unknown => created.use(pretend);
  app = await startDemo({ options: clerk.options(), clerk, prepare });
});

afterEach(() => {
  remoteAddress = undefined;
});

afterAll(async () => {
  await app.close();
  await elsewhere.stop();
  await clerk.stop();
});

it('forwards query, body and origin, and brings back status, body and cookies', async () => {
  const url = urlOf(app);
  const through = await LocalBrowser.open({ url: `${url}/__clerk` }, url);

  const fields = { strategy: 'password', identifier: 'ada@example.com', password: 'wrong' };
  expect((await through.ask('/client/sign_ins', { fields })).status).toBe(422);
  const sessionId = await through.signIn('ada@example.com');
  expect(clerk.session(sessionId).status).toBe('active');
  const { headers } = await through.ask('/client');
  expect(headers.getSetCookie()).toEqual([expect.stringMatching(/^__client=/)]);
});

it('forwards what Nest has no parser for, too', async () => {
  const ask = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"on":false}' };
  const response = await fetch(`${urlOf(app)}/__clerk/_local/outage`, ask);
  expect(await response.json()).toEqual({ outage: false });
});

it.each([
  '/__clerk//<elsewhere>/v1/environment',
  '/__clerk/http://<elsewhere>/v1/environment',
  '/__clerk/@<elsewhere>/v1/environment',
  '/__clerk/\\\\<elsewhere>/v1/environment',
  '/__clerk/..//<elsewhere>/v1/environment',
  '/__clerk/%2F%2F<elsewhere>/v1/environment',
  '/__clerk?@<elsewhere>/v1/environment',
])('asks nobody else for %s', async (target) => {
  const { host } = new URL(elsewhere.url);
  const { status } = await askRaw(app, target.replace('<elsewhere>', host));
  // LocalClerk's answers to what is nothing of its own.
  expect([401, 404]).toContain(status);
  expect(elsewhere.received).toEqual([]);
});

it.each(['192.0.2.1', '::ffff:192.0.2.1', '2001:db8::1'])(
  'leads nobody there who calls from %s',
  async (address) => {
    remoteAddress = address;
    expect((await askRaw(app, '/__clerk/v1/environment')).status).toBe(403);
    expect((await askRaw(app, '/public')).status).toBe(200);
  },
);

it.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])(
  'leads %s there',
  async (address) => {
    remoteAddress = address;
    expect((await askRaw(app, '/__clerk/v1/environment')).status).toBe(200);
  },
);

it('does not hide the names and origins of others from LocalClerk', async () => {
  const target = `${urlOf(app)}/__clerk/v1/environment`;
  expect(await askAsHost(target, 'rebound.example')).toBe(403);
  const headers = { origin: 'https://evil.example' };
  const { status } = await fetch(`${urlOf(app)}/__clerk/_local/sign-in`, {
    method: 'POST',
    headers,
    body: '{"user":"ada"}',
  });
  expect(status).toBe(403);
});

it('says 502 when LocalClerk is gone', async () => {
  await using gone = await LocalClerk.start();
  const other = await startDemo({ options: gone.options(), clerk: gone });
  await gone.stop();
  const { status } = await askRaw(other, '/__clerk/v1/environment');
  await other.close();
  expect(status).toBe(502);
});
