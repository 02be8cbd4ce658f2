import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule, type ClerkOptions, type UnauthenticatedCode } from 'nestjs-clerk-auth';
import { LocalClerk, type CannedAnswer, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { askBackend } from '../support/ask-backend.js';
import { backendCalls } from '../support/backend-calls.js';
import { handled, ProbeController } from '../support/probe-controller.js';
import { isRefused, passes } from '../support/refusals.js';
import { ADAPTERS, startApp, type Adapter } from '../support/start-app.js';

type Json = Record<string, unknown>;

const VERIFY_CLIENT = 'POST /v1/clients/verify';
const verifySession = (id: string): string => `POST /v1/sessions/${id}/verify`;

const startProblemApp = (
  adapter: Adapter,
  clerk: LocalClerk,
  options: ClerkOptions = {},
): Promise<INestApplication> =>
  startApp(adapter, {
    imports: [ClerkModule.forRoot({ ...clerk.options(), errorBody: 'problem', ...options })],
    controllers: [ProbeController],
    now: () => Date.now() + ahead,
  });

/** Milliseconds: a token that Clerk did not know is asked about again after five seconds. */
let ahead = 0;

describe.each(ADAPTERS)('on %s', (adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let ada: SignedIn;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    app = await startProblemApp(adapter, clerk);
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  beforeEach(() => {
    handled.length = 0;
    ada = clerk.signIn('ada');
    clerk.forgetCalls();
  });

  const ask = (cookie: string, id?: string): request.Test =>
    request(app.getHttpServer())
      .get(id === undefined ? '/me' : `/me?_clerk_session_id=${id}`)
      .set('Cookie', cookie);

  describe('without an id', () => {
    it('one call proves the last active session', async () => {
      await passes(ask(ada.clientCookie), ada.userId);
      expect(backendCalls(clerk)).toEqual([VERIFY_CLIENT]);
    });

    it('switching the last active session switches the user', async () => {
      const bob = clerk.signIn('bob', { client: ada });
      await passes(ask(ada.clientCookie), bob.userId);
      clerk.activate(ada);
      await passes(ask(ada.clientCookie), ada.userId);
      clerk.setLastActive(ada, bob);
      await passes(ask(ada.clientCookie), bob.userId);
      expect(backendCalls(clerk)).toEqual([VERIFY_CLIENT, VERIFY_CLIENT, VERIFY_CLIENT]);
    });

    it.each([
      ['nobody', () => null],
      ['a session that does not exist', () => 'sess_dangling'],
      ['a session of another client', () => clerk.signIn('bob')],
    ])('last active: %s. Refused, and nothing more is asked', async (_, lastActive) => {
      clerk.setLastActive(ada, lastActive());
      await isRefused(ask(ada.clientCookie), 'no_active_session');
      expect(backendCalls(clerk)).toEqual([VERIFY_CLIENT]);
    });

    it('another active session never stands in for a last active one that is over', async () => {
      const bob = clerk.signIn('bob', { client: ada });
      clerk.revoke(bob);
      await isRefused(ask(ada.clientCookie), 'session_not_active');
      clerk.activate(ada);
      await passes(ask(ada.clientCookie), ada.userId);
    });

    it('an unknown client token is refused, and a known one is not', async () => {
      await isRefused(ask('__session=clt_nobody'), 'client_token_invalid');
      await passes(ask(ada.clientCookie), ada.userId);
    });
  });

  describe('with an id', () => {
    it('one call proves that very session', async () => {
      await passes(ask(ada.clientCookie, ada.sessionId), ada.userId);
      expect(backendCalls(clerk)).toEqual([verifySession(ada.sessionId)]);
    });

    it('each session of a client can be chosen, whichever was last active', async () => {
      const bob = clerk.signIn('bob', { client: ada });
      await passes(ask(ada.clientCookie, ada.sessionId), ada.userId);
      await passes(ask(ada.clientCookie, bob.sessionId), bob.userId);
      clerk.setLastActive(ada, null);
      await passes(ask(ada.clientCookie, bob.sessionId), bob.userId);
      expect(backendCalls(clerk)).toEqual(
        [ada, bob, bob].map(({ sessionId }) => verifySession(sessionId)),
      );
    });

    it("another client's session is refused, and not replaced by the last active one", async () => {
      const bob = clerk.signIn('bob');
      await isRefused(ask(ada.clientCookie, bob.sessionId), 'no_active_session');
      await isRefused(ask(ada.clientCookie, 'sess_unknown'), 'no_active_session');
      await passes(ask(ada.clientCookie), ada.userId);
      await passes(ask(bob.clientCookie, bob.sessionId), bob.userId);
    });

    it('a session that is over is refused, and not replaced by the last active one', async () => {
      const bob = clerk.signIn('bob', { client: ada });
      clerk.revoke(ada);
      await isRefused(ask(ada.clientCookie, ada.sessionId), 'session_not_active');
      await passes(ask(ada.clientCookie), bob.userId);
    });
  });

  describe.each([
    ['revoked', 'session_not_active'],
    ['ended', 'session_not_active'],
    ['expired', 'session_not_active'],
    ['removed', 'session_not_active'],
    ['replaced', 'session_not_active'],
    ['abandoned', 'session_not_active'],
    ['pending', 'session_pending'],
  ] as const)('a session that is %s is refused although Clerk answers 200', (status, code) => {
    it.each(['with its id', 'as the last active one'])('%s', async (how) => {
      const id = how === 'with its id' ? ada.sessionId : undefined;
      clerk.setStatus(ada, status);
      await isRefused(ask(ada.clientCookie, id), code);
      clerk.setStatus(ada, 'active');
      await passes(ask(ada.clientCookie, id), ada.userId);
    });
  });

  it('a session ends while the browser is still open: the next request is refused', async () => {
    await passes(ask(ada.clientCookie), ada.userId);
    clerk.revoke(ada);
    await isRefused(ask(ada.clientCookie), 'session_not_active');
  });

  it('a pending session passes where the application says so, a revoked one still does not', async () => {
    const lenient = await startProblemApp(adapter, clerk, { treatPendingAsSignedOut: false });
    const askLenient = (): request.Test =>
      request(lenient.getHttpServer()).get('/me').set('Cookie', ada.clientCookie);
    clerk.setStatus(ada, 'pending');
    await passes(askLenient(), ada.userId);
    clerk.setStatus(ada, 'revoked');
    await isRefused(askLenient(), 'session_not_active');
    await lenient.close();
  });

  describe('an answer of 200 is believed only when it fits the question', () => {
    async function sessionAnswer(change: Json): Promise<void> {
      const { body } = await askBackend(clerk, `/v1/sessions/${ada.sessionId}`);
      const path = `/v1/sessions/${ada.sessionId}/verify`;
      clerk.answer('POST', path, { status: 200, body: { ...body, ...change } });
    }

    async function clientAnswer(session: Json, client: Json = {}): Promise<void> {
      const { body } = await askBackend(clerk, '/v1/clients/verify', { token: ada.clientToken });
      const [first] = body.sessions as Json[];
      const answer = { ...body, sessions: [{ ...first, ...session }], ...client };
      clerk.answer('POST', '/v1/clients/verify', { status: 200, body: answer });
    }

    beforeEach(() => {
      clerk.answer('POST', '/v1/clients/verify', undefined);
    });

    it('the unchanged answers are believed', async () => {
      await sessionAnswer({});
      await passes(ask(ada.clientCookie, ada.sessionId), ada.userId);
      await clientAnswer({});
      await passes(ask(ada.clientCookie), ada.userId);
    });

    const PAST = Date.now() - 1;
    const SESSION_FAULTS: [string, Json, UnauthenticatedCode][] = [
      ['has another id', { id: 'sess_other' }, 'session_mismatch'],
      ['has an id that differs in case', { id: 'SESS_X' }, 'session_mismatch'],
      ['has no id', { id: undefined }, 'client_token_invalid'],
      ['has a number for id', { id: 5 }, 'client_token_invalid'],
      ['is a client', { object: 'client' }, 'client_token_invalid'],
      ['is a token', { object: 'token' }, 'client_token_invalid'],
      ['has no user', { user_id: undefined }, 'client_token_invalid'],
      ['has an empty user', { user_id: '' }, 'client_token_invalid'],
      ['has a number for user', { user_id: 7 }, 'client_token_invalid'],
      ['has no status', { status: undefined }, 'client_token_invalid'],
      ['has a status of tomorrow', { status: 'frozen' }, 'session_not_active'],
      ['has a status in capitals', { status: 'ACTIVE' }, 'session_not_active'],
      ['is past its end', { expire_at: PAST }, 'session_not_active'],
      ['has no end', { expire_at: undefined }, 'session_not_active'],
      ['has an end in words', { expire_at: '2999-01-01' }, 'session_not_active'],
      ['has an end in seconds', { expire_at: 4_000_000_000 }, 'session_not_active'],
    ];

    it.each(SESSION_FAULTS)('the session verified by id %s: refused', async (_, change, code) => {
      await sessionAnswer(change);
      await isRefused(ask(ada.clientCookie, ada.sessionId), code);
    });

    // A session in a client's list that is not the last active one, or none at all, is not found there.
    const LIST_FAULTS = SESSION_FAULTS.map(
      ([name, change, code]): (typeof SESSION_FAULTS)[number] => {
        const isThere = code === 'session_not_active';
        return [name, change, isThere ? code : 'no_active_session'];
      },
    );

    it.each([
      ...LIST_FAULTS,
      ["has another client's id", { client_id: 'client_other' }, 'session_mismatch'],
    ] satisfies typeof SESSION_FAULTS)('the last active session %s: refused', async (...row) => {
      const [, change, code] = row;
      await clientAnswer(change);
      await isRefused(ask(ada.clientCookie), code);
    });

    it.each<[string, Json, UnauthenticatedCode]>([
      ['is a session', { object: 'session' }, 'client_token_invalid'],
      ['has no id', { id: undefined }, 'client_token_invalid'],
      ['has no sessions', { sessions: undefined }, 'no_active_session'],
      ['has sessions that are no list', { sessions: { 0: {} } }, 'no_active_session'],
      ['lists rubbish', { sessions: [null, 5, 'sess_1', [], {}] }, 'no_active_session'],
      ['has no last active session', { last_active_session_id: undefined }, 'no_active_session'],
      ['has an empty last active one', { last_active_session_id: '' }, 'no_active_session'],
      ['has a number for it', { last_active_session_id: 1 }, 'no_active_session'],
      ['has a list for it', { last_active_session_id: ['sess_1'] }, 'no_active_session'],
    ])('the client %s: refused', async (_, change, code) => {
      await clientAnswer({}, change);
      await isRefused(ask(ada.clientCookie), code);
    });

    it("a session ends by the application's clock too", async () => {
      let now = Date.now();
      const early = await startApp(adapter, {
        imports: [ClerkModule.forRoot({ ...clerk.options(), errorBody: 'problem' })],
        controllers: [ProbeController],
        now: () => now,
      });
      const askEarly = (): request.Test =>
        request(early.getHttpServer()).get('/me').set('Cookie', ada.clientCookie);
      const { expireAt } = clerk.session(ada);
      now = expireAt - 1;
      await passes(askEarly(), ada.userId);
      now = expireAt;
      await isRefused(askEarly(), 'session_not_active');
      await early.close();
    });
  });

  describe.each([400, 401, 404, 410, 422])('an answer of %i is a no', (status) => {
    const no: CannedAnswer = { status, body: { errors: [{ code: 'resource_not_found' }] } };
    // A body of a session changes nothing: the status has said no already.
    const withSession = async (): Promise<CannedAnswer> => ({
      status,
      body: (await askBackend(clerk, `/v1/sessions/${ada.sessionId}`)).body,
    });

    it.each([
      ['an error', async () => no],
      ['a session', withSession],
    ])('with %s for a body', async (_, answer) => {
      clerk.answer('POST', '/v1/clients/verify', await answer());
      clerk.answer('POST', `/v1/sessions/${ada.sessionId}/verify`, await answer());
      await isRefused(ask(ada.clientCookie), 'client_token_invalid');
      ahead += 5000;
      await isRefused(ask(ada.clientCookie, ada.sessionId), 'client_token_invalid');
      ahead += 5000;
      clerk.answer('POST', '/v1/clients/verify', undefined);
      clerk.answer('POST', `/v1/sessions/${ada.sessionId}/verify`, undefined);
      await passes(ask(ada.clientCookie), ada.userId);
      await passes(ask(ada.clientCookie, ada.sessionId), ada.userId);
    });
  });
});
