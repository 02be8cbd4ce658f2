import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger, type INestApplication } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  AcceptTokens,
  Connections,
  CurrentMachine,
  CurrentSession,
  RequireSession,
  sessionOf,
  type Machine,
  type Session,
} from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { GuardConnections } from 'nestjs-clerk-auth/websockets';
import {
  bearing,
  closeClients,
  connect,
  knock,
  refusal,
  startGateways,
  type GatewayOptions,
  type Platform,
  type WsTestClient,
} from '../support/gateways.js';
import { RecordedLog } from '../support/recorded-log.js';
import { ADAPTERS, type Adapter } from '../support/start-app.js';
import { until } from '../support/until.js';

/** What the gateway saw. */
const seen: string[] = [];

@WebSocketGateway()
@GuardConnections()
class ChatGateway {
  handleConnection(client: object): void {
    seen.push(`connected ${String(sessionOf(client)?.userId)}`);
  }

  @SubscribeMessage('who')
  who(@CurrentSession() session: Session): object {
    seen.push('who');
    return { event: 'answer', data: session.userId };
  }
}

const KINDS = ADAPTERS.flatMap((adapter) =>
  (['socket.io', 'ws'] as const).map((platform) => [platform, adapter] as const),
);

describe.each<[Platform, Adapter]>(KINDS.map(([platform, adapter]) => [platform, adapter]))(
  'on %s with %s',
  (platform, adapter) => {
    let clerk: LocalClerk;
    let ada: SignedIn;
    let app: INestApplication;

    beforeAll(async () => {
      clerk = await LocalClerk.start();
      ada = clerk.signIn('ada');
      app = await startGateways(clerk, { platform, adapter, gateways: [ChatGateway] });
    });

    afterAll(async () => {
      closeClients();
      await app.close();
      await clerk.stop();
    });

    beforeEach(() => {
      seen.length = 0;
    });

    afterEach(closeClients);

    const answersThen = async (): Promise<void> => {
      seen.length = 0;
      const client = await connect(app, platform, bearing(platform, ada.sessionToken));
      await expect(client.ask('who')).resolves.toBe(ada.userId);
      expect(seen).toEqual([`connected ${ada.userId}`, 'who']);
    };

    it('a session is let in, and handleConnection knows it', answersThen);

    it('a stranger is refused, and the gateway never hears of it', async () => {
      const refused = await refusal(app, platform);
      expect(refused).toMatchObject({ statusCode: 401, code: 'session_required' });
      if (platform === 'ws') expect(refused.headers['www-authenticate']).toBe('Bearer');
      expect(seen).toEqual([]);
      await answersThen();
    });

    it('so is an expired token, which no refusal repeats', async () => {
      const expired = clerk.mint({ session: ada, expiresIn: -60 });
      const refused = await refusal(app, platform, bearing(platform, expired));
      expect(refused).toMatchObject({ statusCode: 401, code: 'token_expired' });
      expect(refused.text).not.toContain(expired);
      if (platform === 'ws') {
        expect(refused.headers['www-authenticate']).toContain('error="invalid_token"');
      }
      expect(seen).toEqual([]);
      await answersThen();
    });

    it('an Authorization header and cookies let in as well', async () => {
      for (const headers of [{ Authorization: ada.header }, { Cookie: ada.cookie }]) {
        const client = await connect(app, platform, { headers });
        await expect(client.ask('who')).resolves.toBe(ada.userId);
      }
    });

    it('what a client hands in by itself shuts out cookies', async () => {
      const expired = clerk.mint({ session: ada, expiresIn: -60 });
      const along = { ...bearing(platform, expired), headers: { Cookie: ada.cookie } };
      await expect(refusal(app, platform, along)).resolves.toMatchObject({ code: 'token_expired' });
      expect(seen).toEqual([]);
    });

    it('two credentials are one too many', async () => {
      const headers = { Authorization: ada.header };
      const along = { ...bearing(platform, ada.sessionToken), headers };
      const refused = await refusal(app, platform, along);
      expect(refused).toMatchObject({ statusCode: 401, code: 'authorization_malformed' });
      expect(seen).toEqual([]);
      await answersThen();
    });

    it('a token in the URL is never read', async () => {
      const path = `/?token=${ada.sessionToken}&authorization=${encodeURIComponent(ada.header)}`;
      const refused = await refusal(app, platform, { path });
      expect(refused).toMatchObject({ code: 'session_required' });
      await answersThen();
    });
  },
);

describe.each(ADAPTERS)('socket.io over polling with %s', (adapter) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    app = await startGateways(clerk, {
      platform: 'socket.io',
      adapter,
      gateways: [ChatGateway],
    });
  });

  afterAll(async () => {
    closeClients();
    await app.close();
    await clerk.stop();
  });

  beforeEach(() => {
    seen.length = 0;
  });

  afterEach(closeClients);

  const transports = ['polling'] as const;

  it('is gated as well', async () => {
    const refused = await refusal(app, 'socket.io', { transports });
    expect(refused).toMatchObject({ statusCode: 401, code: 'session_required' });
    expect(seen).toEqual([]);
    for (const along of [
      { auth: { token: ada.sessionToken } },
      { headers: { Authorization: ada.header } },
      { headers: { Cookie: ada.cookie } },
    ]) {
      const client = await connect(app, 'socket.io', { ...along, transports });
      await expect(client.ask('who')).resolves.toBe(ada.userId);
    }
  });

  it('a connection that changes to a WebSocket on its way is one', async () => {
    const auth = { token: ada.sessionToken };
    const both = ['polling', 'websocket'] as const;
    const client = await connect(app, 'socket.io', { auth, transports: both });
    await expect(client.ask('who')).resolves.toBe(ada.userId);
    expect(seen).toEqual([`connected ${ada.userId}`, 'who']);
  });

  it.each<[string, (token: string) => unknown, string | undefined]>([
    ['a number', () => 5, 'session_required'],
    ['a list', (token) => [token], undefined],
    ['a text', (token) => token, undefined],
    ['null', () => null, 'session_required'],
    ['no token', () => ({}), 'session_required'],
    ['another name', (token) => ({ authorization: `Bearer ${token}` }), 'session_required'],
    [
      'a prototype',
      (token) => JSON.parse(`{"__proto__":{"token":"${token}"}}`) as object,
      'session_required',
    ],
    ['an empty token', () => ({ token: '' }), 'authorization_malformed'],
    ['a number for a token', () => ({ token: 5 }), 'authorization_malformed'],
    ['an object for a token', () => ({ token: {} }), 'authorization_malformed'],
    ['a list for a token', (token) => ({ token: [token] }), 'authorization_malformed'],
    ['null for a token', () => ({ token: null }), 'authorization_malformed'],
    ['a scheme before it', (token) => ({ token: `Bearer ${token}` }), 'authorization_malformed'],
    ['100 kB', () => ({ token: 'x'.repeat(100_000) }), 'token_malformed'],
  ])('auth that is or has %s is refused, and the next client served', async (_, auth, code) => {
    for (const way of [['polling'], ['websocket']] as const) {
      const along = { auth: auth(ada.sessionToken), transports: way };
      const refused = await refusal(app, 'socket.io', along);
      expect(refused.code).toBe(code);
      if (code !== undefined) expect(refused.statusCode).toBe(401);
      expect(seen).toEqual([]);
    }
    const next = await connect(app, 'socket.io', { auth: { token: ada.sessionToken } });
    await expect(next.ask('who')).resolves.toBe(ada.userId);
  });
});

describe('the subprotocols of ws', () => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication;

  beforeAll(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    app = await startGateways(clerk, { platform: 'ws', gateways: [ChatGateway] });
  });

  afterAll(async () => {
    closeClients();
    await app.close();
    await clerk.stop();
  });

  beforeEach(() => {
    seen.length = 0;
  });

  it('are answered with the marker, never with the token', async () => {
    const client = await connect(app, 'ws', bearing('ws', ada.sessionToken));
    expect((client as WsTestClient).socket.protocol).toBe('clerk.session');
  });

  it('may name others behind the token', async () => {
    const protocols = ['clerk.session', ada.sessionToken, 'chat'];
    const client = await connect(app, 'ws', { protocols });
    await expect(client.ask('who')).resolves.toBe(ada.userId);
  });

  it.each<[string, (token: string) => string[], number, string | undefined]>([
    ['the marker alone', () => ['clerk.session'], 401, 'authorization_malformed'],
    [
      'the token before the marker',
      (token) => [token, 'clerk.session'],
      401,
      'authorization_malformed',
    ],
    [
      'something before the marker',
      (token) => ['chat', 'clerk.session', token],
      401,
      'authorization_malformed',
    ],
    [
      'something before the token',
      (token) => ['clerk.session', 'chat', token],
      401,
      'token_malformed',
    ],
    ['the token alone', (token) => [token], 401, 'session_required'],
    ['the marker in another case', (token) => ['Clerk.Session', token], 401, 'session_required'],
    // Node itself: its headers may have 16 kB. Of 100 kB, Node 26 resets what it has not read, answer and all.
    ['20 kB', () => ['clerk.session', 'x'.repeat(20_000)], 431, undefined],
  ])('that are %s are refused, and the next client served', async (_, protocols, status, code) => {
    const refused = await refusal(app, 'ws', { protocols: protocols(ada.sessionToken) });
    expect(refused).toMatchObject({ statusCode: status, code });
    expect(refused.text).not.toContain(ada.sessionToken);
    expect(seen).toEqual([]);
    const next = await connect(app, 'ws', bearing('ws', ada.sessionToken));
    await expect(next.ask('who')).resolves.toBe(ada.userId);
  });
});

@WebSocketGateway()
@GuardConnections()
@RequireSession({ role: 'org:admin' })
class AdminGateway {
  handleConnection(client: object): void {
    seen.push(`admin ${String(sessionOf(client)?.userId)}`);
  }

  @SubscribeMessage('who')
  who(@CurrentSession() session: Session): object {
    return { event: 'answer', data: session.userId };
  }
}

@WebSocketGateway()
@GuardConnections()
@RequireSession({ live: true })
class LiveGateway {
  handleConnection(client: object): void {
    seen.push(`live ${String(sessionOf(client)?.userId)}`);
  }
}

@WebSocketGateway()
@GuardConnections()
@AcceptTokens('api_key')
class MachineGateway {
  handleConnection(client: object): void {
    seen.push(`session ${String(sessionOf(client)?.id)}`);
  }

  @SubscribeMessage('which')
  which(@CurrentMachine() machine: Machine): object {
    return { event: 'answer', data: machine.id };
  }
}

describe.each(['socket.io', 'ws'] as const)('on %s', (platform) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  const apps: INestApplication[] = [];

  const start = async (options: Omit<GatewayOptions, 'platform'>): Promise<INestApplication> => {
    const app = await startGateways(clerk, { platform, ...options });
    apps.push(app);
    return app;
  };

  beforeEach(async () => {
    seen.length = 0;
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
  });

  afterEach(async () => {
    closeClients();
    await Promise.all(apps.splice(0).map((app) => app.close()));
    await clerk.stop();
  });

  it('what the class demands must be met by whoever connects', async () => {
    const app = await start({ gateways: [AdminGateway] });
    const refused = await refusal(app, platform, bearing(platform, ada.sessionToken));
    expect(refused).toMatchObject({ statusCode: 403, code: 'no_active_organization' });
    expect(seen).toEqual([]);
    const bob = clerk.signIn('bob', { organization: { slug: 'acme', role: 'org:admin' } });
    const client = await connect(app, platform, bearing(platform, bob.sessionToken));
    await expect(client.ask('who')).resolves.toBe(bob.userId);
    expect(seen).toEqual([`admin ${bob.userId}`]);
  });

  it('each of two gateways on one server has its demands met', async () => {
    const app = await start({ gateways: [ChatGateway, AdminGateway] });
    const refused = await refusal(app, platform, bearing(platform, ada.sessionToken));
    expect(refused).toMatchObject({ statusCode: 403, code: 'no_active_organization' });
    expect(seen).toEqual([]);
    const bob = clerk.signIn('bob', { organization: { slug: 'acme', role: 'org:admin' } });
    await connect(app, platform, bearing(platform, bob.sessionToken));
    expect([...seen].sort()).toEqual([`admin ${bob.userId}`, `connected ${bob.userId}`]);
  });

  it('nobody is let in while Clerk cannot be asked for the keys', async () => {
    clerk.outage('unavailable', { retryAfter: 7 });
    const app = await start({ gateways: [ChatGateway], jwtKey: [], backendBudget: 200 });
    const refused = await refusal(app, platform, bearing(platform, ada.sessionToken));
    expect(refused).toMatchObject({ statusCode: 503, code: 'authority_unavailable' });
    if (platform === 'ws') expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(seen).toEqual([]);
  });

  it('a machine comes in where its tokens are accepted, and nowhere else', async () => {
    const app = await start({ gateways: [MachineGateway] });
    const other = await start({ gateways: [ChatGateway] });
    const key = clerk.createApiKey();
    const headers = { Authorization: key.header };
    const client = await connect(app, platform, { headers });
    expect(await client.ask('which')).toBe(key.id);
    const refused = await refusal(other, platform, { headers });
    expect(refused).toMatchObject({ statusCode: 401, code: 'token_type_unsupported' });
    const session = await refusal(app, platform, bearing(platform, ada.sessionToken));
    expect(session).toMatchObject({ statusCode: 401, code: 'token_type_unsupported' });
  });

  it('a client that leaves while Clerk is asked is not held', async () => {
    const app = await start({ gateways: [LiveGateway] });
    clerk.latency(300);
    void knock(app, platform, bearing(platform, ada.sessionToken)).catch(() => undefined);
    await until(() => clerk.callsTo(/sessions/).length === 1);
    closeClients();
    // Coalesced with the first question or asked after it: either way the first has been answered by then.
    await connect(app, platform, bearing(platform, ada.sessionToken));
    expect(seen).toEqual([`live ${ada.userId}`]);
    expect(app.get(Connections).end(ada.sessionId)).toBe(1);
  });

  it('a refusal gives nothing away, also not to the log', async () => {
    const log = new RecordedLog().listen();
    const app = await start({ gateways: [ChatGateway] });
    Logger.overrideLogger(log);
    const expired = clerk.mint({ session: ada, expiresIn: -60 });
    await refusal(app, platform, bearing(platform, expired));
    await until(() => log.whole.includes('ChatGateway'));
    expect(log.said('debug').join()).toContain('401 token_expired');
    expect(log.whole).not.toContain(expired);
    expect(log.whole).not.toContain(expired.split('.')[2]);
    Logger.overrideLogger(false);
  });
});
