import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Catch, UseFilters, type ArgumentsHost, type INestApplication } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import {
  AuthorityUnavailableException,
  ClerkModule,
  SessionService,
  type ClerkOptions,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { ProbeController } from '../support/probe-controller.js';
import { deeply, type RecordedLog } from '../support/recorded-log.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { ADAPTERS } from '../support/start-app.js';
import { startRecordedApp } from '../support/start-recorded-app.js';

const OUTAGES: readonly [string, (clerk: LocalClerk) => void][] = [
  ['broken connections', (clerk) => clerk.outage('refuse')],
  ['503', (clerk) => clerk.outage('unavailable')],
  ['429', (clerk) => clerk.outage('rate-limit', { retryAfter: 30 })],
  ['silence', (clerk) => clerk.outage('hang')],
  ['HTML', (clerk) => clerk.outage('rubbish')],
];

/** Sees what a filter of the application sees, such as one that reports errors to somebody else. */
const caught: unknown[] = [];

@Catch()
class Spy extends BaseExceptionFilter {
  override catch(thrown: unknown, host: ArgumentsHost): void {
    caught.push(thrown);
    super.catch(thrown, host);
  }
}

@UseFilters(Spy)
class SpiedController extends ProbeController {}

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication;
  let log: RecordedLog;

  const secrets = (): string[] => [
    clerk.secretKey,
    ada.clientToken,
    ada.sessionToken,
    ada.clientCookie,
    ...ada.sessionToken.split('.').slice(1),
  ];

  function holdsNoSecret(text: string): void {
    for (const secret of secrets()) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(encodeURIComponent(secret));
      expect(text).not.toContain(Buffer.from(secret).toString('base64').replace(/=+$/, ''));
    }
  }

  /** Outages are noticed soon. */
  const HASTY = { backendTimeout: 100, backendBudget: 500 };

  async function start(apiUrl: string, patience: ClerkOptions = HASTY): Promise<void> {
    ({ app, log } = await startRecordedApp(adapter, {
      imports: [ClerkModule.forRoot({ ...clerk.options(), ...patience, apiUrl })],
      controllers: [SpiedController],
    }));
  }

  async function askEverything(): Promise<unknown[]> {
    const { sessionId, clientToken, sessionToken, clientCookie, header } = ada;
    const get = (path: string): request.Test => request(app.getHttpServer()).get(path);
    const answers = await Promise.all([
      get('/me').set('Cookie', clientCookie),
      get(`/me?_clerk_session_id=${sessionId}`).set('Cookie', clientCookie),
      get('/me').set('Authorization', header),
      get('/maybe').set('Cookie', clientCookie),
      get('/maybe').set('Authorization', header),
    ]);
    for (const { headers, text } of answers) holdsNoSecret(deeply([headers, text]));
    const service = app.get(SessionService);
    return Promise.all(
      [
        service.verifyToken(sessionToken),
        service.verifySession(sessionId, clientToken),
        service.verifyClient(clientToken),
        service.getSession(sessionId),
        service.revokeSession(sessionId),
        service.authenticate({ headers: { cookie: clientCookie } }),
      ].map((question) => question.catch((thrown: unknown) => thrown)),
    );
  }

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
  });

  beforeEach(() => {
    clerk.outage(false);
    caught.length = 0;
  });

  afterAll(async () => {
    await clerk.stop();
  });

  it.each(OUTAGES)('%s: neither in what is thrown nor in what is logged', async (_, breakDown) => {
    breakDown(clerk);
    await start(clerk.url);
    const thrown = await askEverything();
    expect(thrown).toHaveLength(6);
    for (const reason of [...thrown, ...caught]) {
      expect(reason).toBeInstanceOf(AuthorityUnavailableException);
      expect(deeply((reason as Error).cause)).toContain('authority_unavailable');
      holdsNoSecret(deeply(reason));
      holdsNoSecret(JSON.stringify(reason));
      holdsNoSecret(String(reason) + String((reason as Error).stack));
    }
    expect(caught).toHaveLength(3);
    expect(log.said('warn')).not.toEqual([]);
    holdsNoSecret(log.whole);
    await app.close();
  });

  it('not even when the server says back what it was told', async () => {
    const told = (): string => [...secrets(), `Bearer ${clerk.secretKey}`].join('\n');
    await using parrot = await ScriptedServer.start(() => ({
      status: 500,
      body: told(),
      headers: { 'x-told': clerk.secretKey, 'retry-after': clerk.secretKey },
    }));
    await start(parrot.url);
    for (const reason of await askEverything()) {
      expect(reason).toBeInstanceOf(AuthorityUnavailableException);
      holdsNoSecret(deeply(reason));
    }
    holdsNoSecret(log.whole);
    await app.close();
  });

  it('nor when nothing listens there', async () => {
    const gone = await LocalClerk.start();
    await gone.stop();
    await start(gone.url);
    for (const reason of [...(await askEverything()), ...caught]) {
      expect(reason).toBeInstanceOf(AuthorityUnavailableException);
      holdsNoSecret(deeply(reason));
    }
    holdsNoSecret(log.whole);
    await app.close();
  });

  it('and the log of a good day holds none either', async () => {
    await start(clerk.url, {});
    const { sessionId, clientId } = ada;
    const [token, , client, session] = await askEverything();
    expect([token, client, session]).toMatchObject([
      { id: sessionId },
      { id: clientId },
      { id: sessionId },
    ]);
    holdsNoSecret(log.whole);
    await app.close();
  });
});
