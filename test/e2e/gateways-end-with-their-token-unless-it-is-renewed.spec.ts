import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  Connections,
  CurrentSession,
  RequireSession,
  sessionOf,
  SessionService,
  type Session,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { GuardConnections } from 'nestjs-clerk-auth/websockets';
import {
  bearing,
  closeClients,
  connect,
  startGateways,
  type Client,
  type GatewayOptions,
  type SocketIoTestClient,
} from '../support/gateways.js';
import { HandTimer } from '../support/hand-timer.js';
import { until } from '../support/until.js';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

/** What the gateways saw. */
const seen: string[] = [];

@WebSocketGateway()
@GuardConnections()
class ChatGateway {
  handleDisconnect(): void {
    seen.push('left');
  }

  onSessionRenewed(client: object, session: Session): void {
    seen.push(`renewed ${session.userId} ${String(sessionOf(client) === session)}`);
    if (session.organization?.slug === 'trouble') throw new Error('of the application');
  }

  @SubscribeMessage('who')
  who(@CurrentSession() session: Session): object {
    return { event: 'answer', data: [session.userId, session.organization?.slug ?? null] };
  }
}

@WebSocketGateway()
@GuardConnections()
@RequireSession({ organization: true })
class MembersGateway {
  handleDisconnect(): void {
    seen.push('left');
  }

  @SubscribeMessage('who')
  who(@CurrentSession() session: Session): object {
    return { event: 'answer', data: session.organization?.slug };
  }
}

@WebSocketGateway()
@GuardConnections()
@RequireSession({ live: true })
class LiveGateway {
  @SubscribeMessage('who')
  who(@CurrentSession() session: Session): object {
    return { event: 'answer', data: session.userId };
  }
}

describe.each(['socket.io', 'ws'] as const)('on %s', (platform) => {
  let time = new HandTimer(START);
  let clerk: LocalClerk;
  let ada: SignedIn;
  const apps: INestApplication[] = [];

  const start = async (options: Partial<GatewayOptions> = {}): Promise<INestApplication> => {
    const app = await startGateways(clerk, {
      platform,
      gateways: [ChatGateway],
      time,
      clockSkew: 0,
      ...options,
    });
    apps.push(app);
    return app;
  };

  const enter = (app: INestApplication, token = ada.sessionToken): Promise<Client> =>
    connect(app, platform, bearing(platform, token));

  const expectEnded = async (client: Client, code: string): Promise<void> => {
    const { code: closeCode, reason } = await client.ended;
    if (platform === 'ws') {
      expect([closeCode, reason]).toEqual([4401, code]);
      return;
    }
    // Clients of socket.io come back after the one, and never after the other.
    const said = { token_expired: 'transport close', session_not_active: 'io server disconnect' };
    expect(reason).toBe(said[code as keyof typeof said]);
    expect(await client.next('exception')).toMatchObject({ statusCode: 401, code });
  };

  beforeAll(async () => {
    clerk = await LocalClerk.start({ now: () => time.now() });
  });

  afterAll(() => clerk.stop());

  beforeEach(() => {
    time = new HandTimer(START);
    clerk.outage(false);
    clerk.latency(0);
    clerk.forgetCalls();
    ada = clerk.signIn('ada');
    seen.length = 0;
  });

  afterEach(async () => {
    closeClients();
    await Promise.all(apps.splice(0).map((app) => app.close()));
  });

  it('is told fifteen seconds before the end, once, and ended then', async () => {
    const client = await enter(await start());
    time.pass(MINUTE - 15_001);
    await expect(client.ask('who')).resolves.toEqual([ada.userId, null]);
    expect(client.told).toEqual([]);
    time.pass(1);
    expect(await client.next('clerk:expiring')).toEqual({ endsAt: START + MINUTE });
    time.pass(14_999);
    await expect(client.ask('who')).resolves.toEqual([ada.userId, null]);
    expect(client.told).toEqual([]);
    time.pass(1);
    await expectEnded(client, 'token_expired');
    await until(() => seen.includes('left'));
    expect(time.due).toEqual([]);
  });

  it('the skew of clocks is granted to connections as well', async () => {
    const client = await enter(await start({ clockSkew: 5000 }));
    time.pass(MINUTE);
    await expect(client.ask('who')).resolves.toEqual([ada.userId, null]);
    time.pass(5000);
    await expectEnded(client, 'token_expired');
  });

  it('in real time too', async () => {
    await using real = await LocalClerk.start();
    const app = await startGateways(real, { platform, gateways: [ChatGateway], clockSkew: 0 });
    apps.push(app);
    const eve = real.signIn('eve');
    const client = await enter(app, real.mint({ session: eve, expiresIn: 2 }));
    await client.next('clerk:expiring');
    await expectEnded(client, 'token_expired');
    await expect(enter(app, eve.sessionToken)).resolves.toBeDefined();
  });

  it('a token that ends in the year 9999 ends nothing today', async () => {
    const far = (Date.UTC(9999, 0, 1) - START) / 1000;
    const client = await enter(await start(), clerk.mint({ session: ada, expiresIn: far }));
    time.pass(100 * 24 * 60 * MINUTE);
    await expect(client.ask('who')).resolves.toEqual([ada.userId, null]);
    expect(time.due).toHaveLength(1);
  });

  it('nothing is waited for once a client has left', async () => {
    const client = await enter(await start());
    expect(time.due).toHaveLength(1);
    client.leave();
    await until(() => time.due.length === 0);
  });

  it('a later token of the same session renews it', async () => {
    const client = await enter(await start());
    time.pass(50_000);
    await client.next('clerk:expiring');
    clerk.joinOrganization(ada, { slug: 'acme' });
    clerk.setOrganization(ada, 'acme');
    await expect(client.renew(clerk.freshToken(ada))).resolves.toEqual({
      endsAt: START + 50_000 + MINUTE,
    });
    expect(seen).toEqual([`renewed ${ada.userId} true`]);
    time.pass(40_000);
    await expect(client.ask('who')).resolves.toEqual([ada.userId, 'acme']);
    time.pass(5000);
    expect(await client.next('clerk:expiring')).toEqual({ endsAt: START + 50_000 + MINUTE });
    time.pass(15_000);
    await expectEnded(client, 'token_expired');
  });

  it('what an application throws about it undoes nothing', async () => {
    const client = await enter(await start());
    time.pass(1000);
    clerk.joinOrganization(ada, { slug: 'trouble' });
    clerk.setOrganization(ada, 'trouble');
    await expect(client.renew(clerk.freshToken(ada))).resolves.toEqual({
      endsAt: START + 1000 + MINUTE,
    });
    await expect(client.ask('who')).resolves.toEqual([ada.userId, 'trouble']);
  });

  describe.each<[string, (clerk: LocalClerk, ada: SignedIn) => unknown, string]>([
    ['nothing', () => undefined, 'authorization_malformed'],
    ['null', () => null, 'authorization_malformed'],
    ['a number', () => 5, 'authorization_malformed'],
    ['an empty text', () => '', 'authorization_malformed'],
    ['an object', (_clerk, { sessionToken: token }) => ({ token }), 'authorization_malformed'],
    ['a list', (_clerk, { sessionToken }) => [sessionToken], 'authorization_malformed'],
    ['rubbish', () => 'rubbish', 'token_malformed'],
    ['a scheme before it', (_clerk, { header }) => header, 'authorization_malformed'],
    ["another's token", (of) => of.signIn('bob').sessionToken, 'session_mismatch'],
    ['another session of hers', (of) => of.signIn('ada').sessionToken, 'session_mismatch'],
    ['an expired token', (of, session) => of.mint({ session, expiresIn: -60 }), 'token_expired'],
    [
      "a stranger's signature",
      (of, session) => of.mint({ session, key: 'foreign', expiresIn: 600 }),
      'token_signature_invalid',
    ],
  ])('renewing with %s', (_, tokenOf, code) => {
    it('is refused and changes nothing', async () => {
      const client = await enter(await start());
      time.pass(10_000);
      const answer = await client.renew(tokenOf(clerk, ada));
      expect(answer).toMatchObject({ status: 'error', statusCode: 401, code });
      expect(JSON.stringify(answer)).not.toContain(ada.sessionToken);
      await expect(client.ask('who')).resolves.toEqual([ada.userId, null]);
      expect(seen).toEqual([]);
      time.pass(50_000);
      await expectEnded(client, 'token_expired');
    });
  });

  it('a later token must meet what the class demands', async () => {
    const bob = clerk.signIn('bob', { organization: { slug: 'acme' } });
    const client = await enter(await start({ gateways: [MembersGateway] }), bob.sessionToken);
    time.pass(10_000);
    clerk.setOrganization(bob, null);
    await expect(client.renew(clerk.freshToken(bob))).resolves.toMatchObject({
      statusCode: 403,
      code: 'no_active_organization',
    });
    await expect(client.ask('who')).resolves.toBe('acme');
    time.pass(50_000);
    await expectEnded(client, 'token_expired');
  });

  it('and what every gateway of the server demands, with one answer', async () => {
    const bob = clerk.signIn('bob', { organization: { slug: 'acme' } });
    const app = await start({ gateways: [ChatGateway, MembersGateway] });
    const client = await enter(app, bob.sessionToken);
    time.pass(10_000);
    clerk.setOrganization(bob, null);
    await expect(client.renew(clerk.freshToken(bob))).resolves.toMatchObject({ statusCode: 403 });
    clerk.setOrganization(bob, 'acme');
    await expect(client.renew(clerk.freshToken(bob))).resolves.toEqual({
      endsAt: START + 10_000 + MINUTE,
    });
    expect(seen).toEqual([`renewed ${bob.userId} true`]);
    await client.ask('who');
    expect(client.told.filter(({ event }) => event === 'clerk:renewed')).toEqual([]);
  });

  it('where Clerk must confirm the session, a renewal waits for its word, and an outage undoes nothing', async () => {
    const client = await enter(await start({ gateways: [LiveGateway], backendBudget: 100 }));
    time.pass(10_000);
    clerk.outage(true);
    await expect(client.renew(clerk.freshToken(ada))).resolves.toMatchObject({
      statusCode: 503,
      code: 'authority_unavailable',
    });
    clerk.outage(false);
    time.pass(10_000);
    await expect(client.renew(clerk.freshToken(ada))).resolves.toEqual({
      endsAt: START + 20_000 + MINUTE,
    });
    clerk.revoke(ada);
    await expect(client.renew(clerk.mint({ session: ada }))).resolves.toMatchObject({
      statusCode: 401,
      code: 'session_not_active',
    });
  });

  it('a thousand renewals at once are answered, and the connection goes on', async () => {
    const client = await enter(await start());
    time.pass(10_000);
    const token = clerk.freshToken(ada);
    const answers = await Promise.all(Array.from({ length: 1000 }, () => client.renew(token)));
    const renewed = answers.filter((answer) => (answer as { endsAt?: number }).endsAt);
    expect(renewed.length).toBeGreaterThan(0);
    for (const answer of answers) {
      expect(answer).toMatchObject(
        (answer as { endsAt?: number }).endsAt === undefined
          ? { statusCode: 403, code: 'access_denied' }
          : { endsAt: START + 10_000 + MINUTE },
      );
    }
    await expect(client.ask('who')).resolves.toEqual([ada.userId, null]);
    await expect(client.renew(token)).resolves.toEqual({ endsAt: START + 10_000 + MINUTE });
  });

  it('Connections.end ends every connection of a session at once, and no other', async () => {
    const app = await start();
    const bob = clerk.signIn('bob');
    const [one, two, other] = await Promise.all([
      enter(app),
      enter(app),
      enter(app, bob.sessionToken),
    ]);
    expect(app.get(Connections).end(ada.sessionId)).toBe(2);
    await expectEnded(one, 'session_not_active');
    await expectEnded(two, 'session_not_active');
    await expect(other.ask('who')).resolves.toEqual([bob.userId, null]);
    await expect(enter(app)).rejects.toThrow('session_not_active');
    expect(app.get(Connections).end(ada.sessionId)).toBe(0);
  });

  it('so does revoking the session', async () => {
    const app = await start();
    const client = await enter(app);
    await app.get(SessionService).revokeSession(ada.sessionId);
    await expectEnded(client, 'session_not_active');
    await expect(enter(app)).rejects.toThrow('session_not_active');
  });

  describe("with atTokenEnd: 'confirm'", () => {
    it('a connection goes on while its session does, and not a minute longer', async () => {
      const client = await enter(await start({ atTokenEnd: 'confirm' }));
      const asked = (): number => clerk.callsTo(`/v1/sessions/${ada.sessionId}`).length;
      for (let minute = 1; minute <= 3; minute += 1) {
        time.pass(72_000);
        await until(() => asked() === minute);
        await until(() => (time.due[0] ?? 0) > time.now());
        await expect(client.ask('who')).resolves.toEqual([ada.userId, null]);
      }
      clerk.revoke(ada);
      time.pass(72_000);
      await expectEnded(client, 'session_not_active');
    });

    it('ends as expired where Clerk cannot be asked', async () => {
      const client = await enter(await start({ atTokenEnd: 'confirm', backendBudget: 100 }));
      clerk.outage(true);
      time.pass(MINUTE);
      await expectEnded(client, 'token_expired');
    });

    it('a client that leaves while Clerk is asked is let go of', async () => {
      const client = await enter(await start({ atTokenEnd: 'confirm' }));
      clerk.latency(200);
      time.pass(MINUTE);
      await until(() => clerk.callsTo(/sessions/).length === 1);
      client.leave();
      await until(() => seen.includes('left'));
      clerk.latency(0);
      await enter(apps[0]!, clerk.freshToken(ada));
      await until(() => time.due.length === 1);
    });

    it('few ask at once, and their next questions are spread', async () => {
      const app = await start({ atTokenEnd: 'confirm' });
      const people = Array.from({ length: 12 }, (_, at) => clerk.signIn(`user-${String(at)}`));
      await Promise.all(people.map(({ sessionToken }) => enter(app, sessionToken)));
      clerk.latency(100);
      time.pass(MINUTE);
      const asked = (): number => clerk.callsTo(/sessions/).length;
      await until(() => asked() > 0);
      expect(asked()).toBeLessThanOrEqual(4);
      await until(() => time.due.length === 12);
      expect(asked()).toBe(12);
      expect(new Set(time.due).size).toBeGreaterThan(1);
      for (const at of time.due) {
        expect(at - time.now()).toBeGreaterThanOrEqual(48_000);
        expect(at - time.now()).toBeLessThanOrEqual(72_000);
      }
    });
  });
});

describe('a client of socket.io', () => {
  it('comes back by itself with a fresh token after its first has ended', async () => {
    const time = new HandTimer(START);
    await using clerk = await LocalClerk.start({ now: time.now });
    const ada = clerk.signIn('ada');
    const options = { platform: 'socket.io', gateways: [ChatGateway], time, clockSkew: 0 } as const;
    const app = await startGateways(clerk, options);
    try {
      const auth = (hand: (auth: object) => void): void => {
        hand({ token: clerk.freshToken(ada) });
      };
      const { socket } = (await connect(app, 'socket.io', { auth })) as SocketIoTestClient;
      socket.io.reconnection(true).reconnectionDelay(1);
      const back = new Promise<void>((resolve) => {
        socket.once('connect', resolve);
      });
      time.pass(MINUTE);
      await back;
      expect(socket.connected).toBe(true);
    } finally {
      closeClients();
      await app.close();
    }
  });
});
