import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, type INestApplication } from '@nestjs/common';
import { ClerkModule, type Notice } from 'nestjs-clerk-auth';
import { LocalClerk, type Delivery as Sent } from 'nestjs-clerk-auth/testing';
import {
  ClerkWebhooksModule,
  OnClerkEvent,
  type ClerkWebhooksOptions,
} from 'nestjs-clerk-auth/webhooks';
import request from 'supertest';
import { portOf } from '../support/deliver.js';
import { EventRecorder } from '../support/event-recorder.js';
import { HandClock } from '../support/hand-clock.js';
import { ProbeController } from '../support/probe-controller.js';
import { RecordedLog } from '../support/recorded-log.js';
import { isRefused, passes } from '../support/refusals.js';
import { SharedChannel, SharedStore } from '../support/shared-channel.js';
import { SECRET } from '../support/signed-delivery.js';
import { ADAPTERS, startApp } from '../support/start-app.js';
import { until } from '../support/until.js';

const SECOND = 1000;

describe.each(ADAPTERS)('over %s', (adapter) => {
  let clock: HandClock;
  let clerk: LocalClerk;
  let store: SharedStore;
  let apps: INestApplication[];

  beforeEach(async () => {
    clock = new HandClock();
    clerk = await LocalClerk.start({ now: clock.now });
    store = new SharedStore(clock.now);
    apps = [];
  });

  afterEach(async () => {
    for (const app of apps) await app.close();
    await clerk.stop();
  });

  async function start(
    webhooks: ClerkWebhooksOptions | undefined,
    channel = new SharedChannel(store),
  ): Promise<INestApplication> {
    const said = { ...clerk.options(), jwtKey: clerk.jwtKey, errorBody: 'problem' } as const;
    const endpoint =
      webhooks === undefined ? [] : [ClerkWebhooksModule.forRoot({ secrets: SECRET, ...webhooks })];
    const app = await startApp(adapter, {
      imports: [ClerkModule.forRoot({ ...said, revocations: channel }), ...endpoint],
      controllers: [ProbeController],
      providers: [EventRecorder],
      now: clock.now,
      timer: clock.timer,
    });
    apps.push(app);
    return app;
  }

  /** The one that Clerk posts to, and another one that only hears of it. */
  async function startBoth(webhooks: ClerkWebhooksOptions = {}): Promise<INestApplication[]> {
    const both = [await start(webhooks), await start(undefined)];
    listen(both[0]!);
    return both;
  }

  function listen(app: INestApplication): void {
    clerk.webhooks.to(`http://127.0.0.1:${String(portOf(app))}/webhooks/clerk`, { secret: SECRET });
  }

  function ask(app: INestApplication, token: string): request.Test {
    return request(app.getHttpServer() as never)
      .get('/me')
      .set('authorization', `Bearer ${token}`);
  }

  function published(): Notice[] {
    return store.published.flat();
  }

  async function sent(): Promise<readonly Sent[]> {
    await clerk.webhooks.settled();
    return clerk.webhooks.deliveries;
  }

  it('a session that was revoked in the Dashboard is refused everywhere, and no other', async () => {
    const both = await startBoth();
    const [ada, bob] = [clerk.signIn('ada'), clerk.signIn('bob')];
    for (const app of both) await passes(ask(app, ada.sessionToken), ada.userId);
    clerk.revoke(ada);
    expect((await sent()).map(({ status }) => status)).not.toContain(null);
    for (const app of both) await isRefused(ask(app, ada.sessionToken), 'session_not_active');
    for (const app of both) await passes(ask(app, bob.sessionToken), bob.userId);
    expect(published()).toContainEqual({ kind: 'session_ended', sessionId: ada.sessionId });
  });

  it('a session that waits for a task goes on', async () => {
    const both = await startBoth();
    const ada = clerk.signIn('ada');
    clerk.setStatus(ada, 'pending');
    await sent();
    for (const app of both) await passes(ask(app, ada.sessionToken), ada.userId);
    expect(published().filter(({ kind }) => kind !== 'user_changed')).toEqual([]);
  });

  it('a user who was banned: tokens until then are refused, those after an amnesty are not', async () => {
    const both = await startBoth();
    const early = clerk.signIn('ada');
    clock.forward(SECOND);
    clerk.banUser('ada');
    await sent();
    for (const app of both) await isRefused(ask(app, early.sessionToken), 'session_not_active');
    clock.forward(2 * SECOND);
    clerk.unbanUser('ada');
    await sent();
    const late = clerk.signIn('ada');
    for (const app of both) await passes(ask(app, late.sessionToken), late.userId);
    // Clerk comes late with what is long over.
    const ban = clerk.webhooks.deliveries.find(({ body }) => body.includes('"banned":true'));
    await clerk.webhooks.resend(ban!);
    for (const app of both) await passes(ask(app, late.sessionToken), late.userId);
    for (const app of both) await isRefused(ask(app, early.sessionToken), 'session_not_active');
  });

  it('a user who was deleted is refused for good', async () => {
    const both = await startBoth();
    const ada = clerk.signIn('ada');
    clerk.deleteUser('ada');
    await sent();
    for (const app of both) await isRefused(ask(app, ada.sessionToken), 'session_not_active');
    expect(published()).toContainEqual({
      kind: 'user_ended',
      userId: ada.userId,
      issuedUntil: Number.MAX_SAFE_INTEGER,
    });
  });

  it('a user who was renamed has changed, and is still signed in', async () => {
    const both = await startBoth();
    const ada = clerk.signIn('ada');
    store.published.length = 0;
    clerk.updateUser('ada', { lastName: 'King' });
    await sent();
    expect(published()).toEqual([{ kind: 'user_changed', userId: ada.userId }]);
    for (const app of both) await passes(ask(app, ada.sessionToken), ada.userId);
  });

  it('revoke: false ends nothing, and handlers run all the same', async () => {
    const both = await startBoth({ revoke: false });
    const ada = clerk.signIn('ada');
    clerk.revoke(ada);
    await sent();
    for (const app of both) await passes(ask(app, ada.sessionToken), ada.userId);
    expect(published()).toEqual([]);
    expect(both[0]!.get(EventRecorder).events.map(({ type }) => type)).toContain('session.revoked');
  });

  it('what is badly signed ends nothing', async () => {
    const both = await startBoth();
    const ada = clerk.signIn('ada');
    await sent();
    const data = { id: ada.sessionId, status: 'revoked', user_id: ada.userId };
    for (const sign of ['foreign', 'none'] as const) {
      const [delivery] = await clerk.webhooks.send('session.revoked', data, { sign });
      expect(delivery?.status).toBe(400);
    }
    for (const app of both) await passes(ask(app, ada.sessionToken), ada.userId);
  });

  it('other machines cannot be told: refused here, and Clerk comes again until they are', async () => {
    const channel = new SharedChannel(store);
    const app = await start({}, channel);
    listen(app);
    const ada = clerk.signIn('ada');
    await sent();
    channel.link = 'down';
    clerk.webhooks.forget();
    const log = new RecordedLog().listen();
    clerk.revoke(ada);
    const first = (await sent()).find(({ type }) => type === 'session.revoked');
    expect({ status: first?.status, answer: JSON.parse(first?.answer ?? '') as unknown }).toEqual({
      status: 503,
      answer: { code: 'webhook_revocation_not_told', message: expect.any(String) },
    });
    expect(log.said('error').join()).toContain('session.revoked');
    await isRefused(ask(app, ada.sessionToken), 'session_not_active');
    channel.link = 'up';
    const second = await clerk.webhooks.resend(first!);
    // The handler had run: what is told again needs no claim.
    expect({ status: second.status, answer: JSON.parse(second.answer) as unknown }).toEqual({
      status: 200,
      answer: { outcome: 'duplicate', handlers: 1 },
    });
    expect(published()).toContainEqual({ kind: 'session_ended', sessionId: ada.sessionId });
  });

  it('other machines cannot be told in time', async () => {
    const channel = new SharedChannel(store);
    const app = await start({ timeout: 1000 }, channel);
    listen(app);
    const ada = clerk.signIn('ada');
    await sent();
    channel.link = 'silent';
    clerk.webhooks.forget();
    clerk.revoke(ada);
    const recorder = app.get(EventRecorder);
    await until(() => recorder.events.some(({ type }) => type === 'session.revoked'));
    clock.forward(1000);
    const delivery = (await sent()).find(({ type }) => type === 'session.revoked');
    expect(delivery?.status).toBe(503);
    expect(delivery?.answer).toContain('webhook_revocation_not_told');
  });
});

describe('LocalClerk’s deliveries', () => {
  const [adapter = 'express'] = ADAPTERS;

  @Injectable()
  class Users {
    readonly names = new Map<string, string | null>();
    @OnClerkEvent('user.created', 'user.updated')
    save({ data }: { data: { id: string; first_name: string | null } }): void {
      this.names.set(data.id, data.first_name);
    }
  }

  it('are handled once each, replayed, duplicated and while secrets rotate', async () => {
    const clerk = await LocalClerk.start();
    const app = await startApp(adapter, {
      imports: [
        ClerkModule.forRoot(clerk.options()),
        ClerkWebhooksModule.forRoot({ secrets: SECRET }),
      ],
      providers: [Users],
    });
    const url = `http://127.0.0.1:${String(portOf(app))}/webhooks/clerk`;
    const endpoint = clerk.webhooks.to(url, { secret: SECRET, events: ['user.*'] });
    const { userId } = clerk.signIn('grace');
    clerk.updateUser('grace', { firstName: 'Grace' });
    await clerk.webhooks.settled();
    expect(app.get(Users).names.get(userId)).toBe('Grace');
    const answers = clerk.webhooks.deliveries.map(({ status, answer }) => ({
      status,
      answer: JSON.parse(answer) as unknown,
    }));
    expect(answers.length).toBeGreaterThan(0);
    for (const answer of answers) {
      expect(answer).toEqual({ status: 200, answer: { outcome: 'handled', handlers: 1 } });
    }
    const [first] = clerk.webhooks.deliveries;
    expect((await clerk.webhooks.resend(first!)).answer).toContain('duplicate');
    // Clerk's way to rotate: a second endpoint with the same URL, whose secret is not known here yet.
    endpoint.rotateSecret();
    const [both] = await clerk.webhooks.send('user.created', { id: userId }, { id: 'msg_rotated' });
    expect(both?.status).toBe(200);
    endpoint.rotateSecret({ keepOld: false });
    const [foreign] = await clerk.webhooks.send('user.created', { id: userId });
    expect(foreign?.status).toBe(400);
    await app.close();
    await clerk.stop();
  });
});
