import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkModule, ConfigurationError, SessionService } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { backendCalls } from '../support/backend-calls.js';
import { ProbeController } from '../support/probe-controller.js';
import { isRefused, passes } from '../support/refusals.js';
import { ADAPTERS, startApp, type Adapter } from '../support/start-app.js';

describe.each(ADAPTERS)('%s: revokeSessions()', (adapter: Adapter) => {
  let clerk: LocalClerk;
  let app: INestApplication;
  let sessions: SessionService;

  beforeEach(async () => {
    clerk = await LocalClerk.start();
    app = await startApp(adapter, {
      imports: [
        ClerkModule.forRoot({ ...clerk.options(), jwtKey: clerk.jwtKey, errorBody: 'problem' }),
      ],
      controllers: [ProbeController],
    });
    sessions = app.get(SessionService);
    clerk.forgetCalls();
  });

  afterEach(async () => {
    await app.close();
    await clerk.stop();
  });

  const get = ({ header }: SignedIn): request.Test =>
    request(app.getHttpServer() as never)
      .get('/me')
      .set('authorization', header);

  const statuses = (...of: SignedIn[]): string[] => of.map((each) => clerk.session(each).status);

  it('ends those that are active and those that are pending, and nobody else’s', async () => {
    const [one, two, pending] = [clerk.signIn('ada'), clerk.signIn('ada'), clerk.signIn('ada')];
    const bob = clerk.signIn('bob');
    clerk.setStatus(pending, 'pending');
    const ended = await sessions.revokeSessions(one.userId);
    expect(ended.map(({ id }) => id).sort()).toEqual(
      [one, two, pending].map(({ sessionId }) => sessionId).sort(),
    );
    expect(statuses(one, two, pending, bob)).toEqual(['revoked', 'revoked', 'revoked', 'active']);
    for (const each of [one, two]) await isRefused(get(each), 'session_not_active');
    await passes(get(bob), bob.userId);
  });

  it('ends none that is over already', async () => {
    const [over, alive] = [clerk.signIn('ada'), clerk.signIn('ada')];
    clerk.setStatus(over, 'ended');
    const ended = await sessions.revokeSessions(over.userId);
    expect(ended.map(({ id }) => id)).toEqual([alive.sessionId]);
    expect(statuses(over, alive)).toEqual(['ended', 'revoked']);
  });

  it('ends more than Clerk lists on one page', async () => {
    const all = Array.from({ length: 501 }, () => clerk.signIn('ada'));
    clerk.forgetCalls();
    const ended = await sessions.revokeSessions(all[0]!.userId);
    expect(ended).toHaveLength(501);
    expect(new Set(statuses(...all))).toEqual(new Set(['revoked']));
    // Two pages of those that are active, one of those that are pending.
    expect(clerk.callsTo('/v1/sessions')).toHaveLength(3);
  });

  it('ends the others where Clerk could not end one, and says so', async () => {
    const [stuck, other] = [clerk.signIn('ada'), clerk.signIn('ada')];
    clerk.answer('POST', `/v1/sessions/${stuck.sessionId}/revoke`, { status: 500, body: {} });
    await expect(sessions.revokeSessions(stuck.userId)).rejects.toMatchObject({
      status: 503,
      code: 'authority_unavailable',
    });
    expect(statuses(stuck, other)).toEqual(['active', 'revoked']);
    await isRefused(get(other), 'session_not_active');
    await passes(get(stuck), stuck.userId);
  });

  it.each(['', 'user_', 'user_1&status=ended', 'sess_1', '../users', undefined, ['user_1']])(
    'asks nobody about what is no id of a user: %j',
    async (id) => {
      expect(await sessions.revokeSessions(id as string)).toEqual([]);
      expect(backendCalls(clerk)).toEqual([]);
    },
  );

  it('has nothing to end of a user whom Clerk does not know', async () => {
    expect(await sessions.revokeSessions('user_nobody')).toEqual([]);
  });

  it('needs Clerk: an outage is 503, and nothing is ended', async () => {
    const ada = clerk.signIn('ada');
    clerk.outage(true);
    await expect(sessions.revokeSessions(ada.userId)).rejects.toMatchObject({ status: 503 });
    clerk.outage(false);
    expect(statuses(ada)).toEqual(['active']);
    await passes(get(ada), ada.userId);
  });

  it('needs a secret key', async () => {
    const { publishableKey } = clerk.options();
    const without = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ publishableKey, jwtKey: clerk.jwtKey, envFiles: false })],
    });
    await expect(without.get(SessionService).revokeSessions('user_1')).rejects.toBeInstanceOf(
      ConfigurationError,
    );
    await without.close();
  });
});
