import { Agent } from 'node:https';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { HttpService } from '@nestjs/axios';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import axios from 'axios';
import { ClerkModule, SessionService, type ClerkOptions } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { proxyWarnings } from '../../src/module/proxy-warnings.js';
import { backendCalls } from '../support/backend-calls.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { startApp } from '../support/start-app.js';

type Defaults = Record<string, unknown> & { headers: { common: Record<string, unknown> } };

/** What an application may do to axios for ends of its own. */
const DEEDS: readonly [string, (defaults: Defaults, thief: string) => void][] = [
  [
    'another base, for absolute URLs too',
    (defaults, thief) => Object.assign(defaults, { baseURL: thief, allowAbsoluteUrls: false }),
  ],
  [
    'a proxy',
    (defaults, thief) => {
      const { hostname, port } = new URL(thief);
      defaults.proxy = { protocol: 'http', host: hostname, port: Number(port) };
    },
  ],
  ['credentials', (defaults) => (defaults.auth = { username: 'me', password: 'mine' })],
  [
    'an Authorization header',
    (defaults) => (defaults.headers.common.Authorization = 'Bearer mine'),
  ],
  [
    'an authorization header for POST',
    (defaults) => Object.assign(defaults.headers, { post: { authorization: 'Bearer mine' } }),
  ],
  ['a socket', (defaults) => (defaults.socketPath = '/tmp/nobody-listens-here')],
  ['allowed sockets', (defaults) => (defaults.allowedSocketPaths = [])],
  ['an adapter', (defaults) => (defaults.adapter = () => Promise.reject(new Error('theirs')))],
  ['a transport', (defaults) => (defaults.transport = { request: theirs })],
  ['a look-up', (defaults) => (defaults.lookup = theirs)],
  ['an agent', (defaults) => (defaults.httpAgent = { addRequest: theirs })],
  ['another version of HTTP', (defaults) => (defaults.httpVersion = 2)],
  ['parameters', (defaults) => (defaults.params = { token: 'theirs' })],
  ['a serializer', (defaults) => (defaults.paramsSerializer = { serialize: () => 'theirs' })],
  ['a way to write bodies', (defaults) => (defaults.transformRequest = [() => 'theirs'])],
  ['a way to read bodies', (defaults) => (defaults.transformResponse = [() => ({})])],
  ['a type of response', (defaults) => (defaults.responseType = 'arraybuffer')],
  ['an encoding of responses', (defaults) => (defaults.responseEncoding = 'hex')],
  ['what counts as an error', (defaults) => (defaults.validateStatus = () => false)],
  ['a time-out', (defaults) => Object.assign(defaults, { timeout: 1 })],
  ['a signal', (defaults) => (defaults.signal = AbortSignal.abort())],
  ['a limit of responses', (defaults) => (defaults.maxContentLength = 1)],
  ['a limit of bodies', (defaults) => (defaults.maxBodyLength = 1)],
  ['a rate', (defaults) => (defaults.maxRate = [1, 1])],
  ['a method', (defaults) => (defaults.method = 'DELETE')],
  ['a body', (defaults) => (defaults.data = { token: 'theirs' })],
];

function theirs(): never {
  throw new Error('theirs');
}

const PROXIES = [
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'ALL_PROXY',
  'all_proxy',
];

const opened: { close(): Promise<void> }[] = [];
let clerk: LocalClerk;
let thief: ScriptedServer;
let ada: SignedIn;
let before: Defaults;

const defaults = axios.defaults as unknown as Defaults;

beforeEach(async () => {
  const { headers, ...rest } = defaults;
  const copies = Object.entries(headers).map(([name, bag]) => [name, { ...(bag as object) }]);
  before = { ...rest, headers: Object.fromEntries(copies) as Defaults['headers'] };
  clerk = await LocalClerk.start();
  thief = await ScriptedServer.start(() => ({ status: 200, body: {} }));
  opened.push({ close: () => clerk.stop() }, { close: () => thief.stop() });
  ada = clerk.signIn('ada');
});

afterEach(async () => {
  for (const name of Object.keys(defaults)) Reflect.deleteProperty(defaults, name);
  Object.assign(defaults, before);
  for (const name of PROXIES) Reflect.deleteProperty(process.env, name);
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

async function start(options: ClerkOptions = {}): Promise<INestApplication> {
  const imports = [ClerkModule.forRoot({ ...clerk.options(), jwtKey: clerk.jwtKey, ...options })];
  const app = await startApp('express', { imports });
  opened.push(app);
  clerk.forgetCalls();
  return app;
}

/** A question with a body, one without, an answer that is an error, and something that acts. */
async function serves(app: INestApplication): Promise<void> {
  const service = app.get(SessionService);
  const cookie = ada.clientCookie;
  expect(await service.authenticate({ headers: { cookie } })).toMatchObject({ id: ada.sessionId });
  expect(await service.getSession(ada.sessionId)).toMatchObject({ userId: ada.userId });
  expect(await service.getSession('sess_unknown')).toBeNull();
  expect(await service.revokeSession(ada.sessionId)).toMatchObject({ status: 'revoked' });
  const session = `/v1/sessions/${ada.sessionId}`;
  expect(backendCalls(clerk)).toEqual([
    'POST /v1/clients/verify',
    `GET ${session}`,
    'GET /v1/sessions/sess_unknown',
    `POST ${session}/revoke`,
  ]);
  expect(thief.received).toEqual([]);
}

describe.each(DEEDS)('an application that gives axios %s', (_, deed) => {
  it('before the start changes nothing', async () => {
    deed(defaults, thief.url);
    await serves(await start());
  });

  it('after the start changes nothing', async () => {
    const app = await start();
    deed(defaults, thief.url);
    await serves(app);
  });

  it('through the HttpService that it finds changes nothing', async () => {
    const app = await start();
    const found = app.get(HttpService, { strict: false }).axiosRef.defaults;
    deed(found, thief.url);
    await serves(app);
  });
});

describe('a proxy in the environment', () => {
  it.each(PROXIES)('%s is not obeyed', async (name) => {
    process.env[name] = thief.url;
    await serves(await start());
  });

  const WARNED = [expect.stringMatching(/^HTTPS_PROXY is set, .*httpsAgent.*NO_PROXY\.$/)];
  const clerksOwn = { apiUrl: 'https://api.clerk.com', httpsAgent: undefined };
  const proxy = { HTTPS_PROXY: 'http://proxy.example.com:3128' };

  it.each<[string, Parameters<typeof proxyWarnings>, readonly unknown[]]>([
    ['gets a word', [clerksOwn, proxy], WARNED],
    ['gets none when it is empty', [clerksOwn, { HTTPS_PROXY: ' ' }], []],
    ['gets none when it is for plain HTTP', [clerksOwn, { HTTP_PROXY: 'http://p:1' }], []],
    ['gets none beside an agent', [{ ...clerksOwn, httpsAgent: new Agent() }, proxy], []],
    ['gets none for loopback', [{ ...clerksOwn, apiUrl: 'https://localhost:4000' }, proxy], []],
    ['gets none where all is excepted', [clerksOwn, { ...proxy, NO_PROXY: 'a, *' }], []],
    ['gets none where Clerk is', [clerksOwn, { ...proxy, no_proxy: 'x.com .clerk.com:443' }], []],
    ['gets one where others are', [clerksOwn, { ...proxy, NO_PROXY: 'x.com,lerk.com,,' }], WARNED],
  ])('%s', (_, [settings, environment], words) => {
    expect(proxyWarnings(settings, environment)).toEqual(words);
  });

  it('does not show its own words: it may hold a password', () => {
    const [warning] = proxyWarnings(clerksOwn, { all_proxy: 'http://me:mine@proxy:1' });
    expect(warning).toMatch(/^all_proxy is set/);
    expect(warning).not.toMatch(/mine|proxy:1/);
  });
});

describe('the option httpsAgent', () => {
  /** As an agent that tunnels: what it connects to is its own affair. */
  class Tunnel extends Agent {
    readonly hosts: (string | undefined)[] = [];
    isDestroyed = false;

    constructor(private readonly port: number) {
      super({ keepAlive: true });
    }

    override createConnection(options: { host?: string }): Duplex {
      this.hosts.push(options.host);
      return connect(this.port, '127.0.0.1');
    }

    override destroy(): void {
      this.isDestroyed = true;
      super.destroy();
    }
  }

  it('carries every call, and is left to the application at the end', async () => {
    const backend = await ScriptedServer.start(() => ({ status: 404 }));
    const tunnel = new Tunnel(Number(new URL(backend.url).port));
    const app = await start({ apiUrl: 'https://api.example.com', httpsAgent: tunnel });
    expect(await app.get(SessionService).getSession('sess_1')).toBeNull();
    expect(backend.received.map(({ path }) => path)).toEqual(['/v1/sessions/sess_1']);
    expect(tunnel.hosts).toEqual(['api.example.com']);
    opened.splice(opened.indexOf(app), 1);
    await app.close();
    expect(tunnel.isDestroyed).toBe(false);
    tunnel.destroy();
    await backend.stop();
  });

  it.each([null, true, 'http://proxy:3128', {}, { addRequest: 1 }, () => new Agent()])(
    '%p stops the boot',
    (httpsAgent) => {
      const wrong = { httpsAgent } as unknown as ClerkOptions;
      return expect(start(wrong)).rejects.toThrow(/httpsAgent must be an https\.Agent/);
    },
  );
});
