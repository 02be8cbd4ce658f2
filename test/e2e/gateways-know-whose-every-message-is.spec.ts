import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UseGuards, type INestApplication } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { Session } from 'nestjs-clerk-auth';
import type { LocalClerk, SignedIn } from 'nestjs-clerk-auth/testing';
import { countSignatureChecks, signatureChecks } from '../support/counted-crypto.js';

countSignatureChecks();
const { AuthGuard, CurrentSession, OptionalSession, Public, RequireSession, sessionOf } =
  await import('nestjs-clerk-auth');
const testing = await import('nestjs-clerk-auth/testing');
const { GuardConnections } = await import('nestjs-clerk-auth/websockets');
const { bearing, closeClients, connect, startGateways } = await import('../support/gateways.js');
type Options = Parameters<typeof startGateways>[1];

/** What the gateway saw. */
const seen: string[] = [];

function answer(data: unknown): object {
  return { event: 'answer', data };
}

@WebSocketGateway()
@GuardConnections()
class ChatGateway {
  handleConnection(client: object): void {
    seen.push(`connected ${String(sessionOf(client)?.userId)}`);
  }

  @SubscribeMessage('who')
  who(@CurrentSession() session: Session, @ConnectedSocket() client: object): object {
    return answer([session.userId, sessionOf(client)?.userId]);
  }

  @SubscribeMessage('admin')
  @RequireSession({ role: 'org:admin' })
  admin(): object {
    seen.push('admin');
    return answer('admin');
  }

  @SubscribeMessage('live')
  @RequireSession({ live: true })
  live(): object {
    seen.push('live');
    return answer('live');
  }

  @SubscribeMessage('odd')
  @RequireSession({ predicate: ({ userId }) => userId === 'nobody' })
  odd(): object {
    seen.push('odd');
    return answer('odd');
  }

  @SubscribeMessage('open')
  @Public()
  open(@MessageBody() text: unknown): object {
    return answer(text);
  }

  @SubscribeMessage('broken')
  broken(): never {
    throw new Error('of the application');
  }
}

/** Without a gate: its guard has nobody to ask. */
@WebSocketGateway()
@UseGuards(AuthGuard)
class UngatedGateway {
  @SubscribeMessage('who')
  who(): object {
    seen.push('who');
    return answer('who');
  }

  @SubscribeMessage('open')
  @Public()
  open(): object {
    return answer('open');
  }
}

@WebSocketGateway()
@GuardConnections()
@OptionalSession()
class OptionalGateway {
  handleConnection(client: object): void {
    seen.push(`connected ${String(sessionOf(client)?.userId)}`);
  }

  @SubscribeMessage('who')
  who(@CurrentSession() session: Session | null): object {
    return answer(session?.userId ?? null);
  }

  @SubscribeMessage('mine')
  @RequireSession()
  mine(): object {
    seen.push('mine');
    return answer('mine');
  }
}

/** Its own hook does not call the one of its base class. */
@WebSocketGateway()
class InheritedGateway extends ChatGateway {
  afterInit(): void {
    seen.push('afterInit');
  }

  onModuleInit(): void {
    seen.push('onModuleInit');
  }
}

@WebSocketGateway()
@GuardConnections()
@Public()
class PublicGateway {
  @SubscribeMessage('who')
  who(@ConnectedSocket() client: object): object {
    return answer(sessionOf(client)?.userId ?? null);
  }

  @SubscribeMessage('mine')
  @RequireSession()
  mine(): object {
    seen.push('mine');
    return answer('mine');
  }
}

describe.each(['socket.io', 'ws'] as const)('on %s', (platform) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication | undefined;

  const start = async (options: Omit<Options, 'platform'>): Promise<INestApplication> => {
    app = await startGateways(clerk, { platform, ...options });
    return app;
  };

  beforeEach(async () => {
    clerk = await testing.LocalClerk.start();
    ada = clerk.signIn('ada');
    seen.length = 0;
  });

  afterEach(async () => {
    closeClients();
    await app?.close();
    await clerk.stop();
  });

  it('one signature is checked for the connection, and none for its messages', async () => {
    const chat = await start({ gateways: [ChatGateway], tokenCache: false });
    signatureChecks.count = 0;
    const client = await connect(chat, platform, bearing(platform, ada.sessionToken));
    expect(signatureChecks.count).toBe(1);
    for (let time = 0; time < 20; time += 1) {
      await expect(client.ask('who')).resolves.toEqual([ada.userId, ada.userId]);
    }
    expect(signatureChecks.count).toBe(1);
    expect(seen).toEqual([`connected ${ada.userId}`]);
  });

  it('nobody is taken for somebody else', async () => {
    const chat = await start({ gateways: [ChatGateway] });
    const bob = clerk.signIn('bob');
    const people = [ada, bob, ada, bob];
    const clients = await Promise.all(
      people.map((person) => connect(chat, platform, bearing(platform, person.sessionToken))),
    );
    const asked = await Promise.all(clients.map((client) => client.ask('who')));
    expect(asked).toEqual(people.map(({ userId }) => [userId, userId]));
  });

  it('a demand that is not met refuses the message alone, in the words of every refusal', async () => {
    const chat = await start({ gateways: [ChatGateway] });
    const client = await connect(chat, platform, bearing(platform, ada.sessionToken));
    for (const [event, code] of [
      ['admin', 'no_active_organization'],
      ['odd', 'requirement_not_met'],
    ] as const) {
      client.send(event, { secret: 'of the client' });
      expect(await client.next('exception')).toEqual({
        status: 'error',
        statusCode: 403,
        code,
        message: expect.any(String),
      });
    }
    expect(seen).toEqual([`connected ${ada.userId}`]);
    await expect(client.ask('who')).resolves.toEqual([ada.userId, ada.userId]);
    const bob = clerk.signIn('bob', { organization: { slug: 'acme', role: 'org:admin' } });
    const admin = await connect(chat, platform, bearing(platform, bob.sessionToken));
    await expect(admin.ask('admin')).resolves.toBe('admin');
  });

  it('live is asked anew for each message that demands it, and for no other', async () => {
    const chat = await start({ gateways: [ChatGateway] });
    const client = await connect(chat, platform, bearing(platform, ada.sessionToken));
    const asked = (): number => clerk.callsTo(`/v1/sessions/${ada.sessionId}`).length;
    await expect(client.ask('live')).resolves.toBe('live');
    await expect(client.ask('live')).resolves.toBe('live');
    expect(asked()).toBe(2);
    await client.ask('who');
    expect(asked()).toBe(2);
    clerk.revoke(ada);
    client.send('live', undefined);
    expect(await client.next('exception')).toMatchObject({ code: 'session_not_active' });
    expect(seen.filter((what) => what === 'live')).toHaveLength(2);
    // Clerk's word about one message stands for no other.
    await expect(client.ask('who')).resolves.toEqual([ada.userId, ada.userId]);
    clerk.outage(true);
    client.send('live', undefined);
    expect(await client.next('exception')).toMatchObject({ statusCode: 503 });
  });

  it('what an application throws itself ends nothing', async () => {
    const chat = await start({ gateways: [ChatGateway] });
    const client = await connect(chat, platform, bearing(platform, ada.sessionToken));
    client.send('broken', undefined);
    expect(await client.next('exception')).toMatchObject({ message: 'Internal server error' });
    await expect(client.ask('who')).resolves.toEqual([ada.userId, ada.userId]);
  });

  it('without a gate, messages that ask for a session are refused', async () => {
    const ungated = await start({ gateways: [UngatedGateway] });
    const client = await connect(ungated, platform, bearing(platform, ada.sessionToken));
    client.send('who', { token: ada.sessionToken });
    expect(await client.next('exception')).toMatchObject({ message: 'Internal server error' });
    expect(seen).toEqual([]);
    await expect(client.ask('open')).resolves.toBe('open');
  });

  it('an optional gateway lets strangers in, who stay strangers', async () => {
    const optional = await start({ gateways: [OptionalGateway] });
    const stranger = await connect(optional, platform);
    await expect(stranger.ask('who')).resolves.toBe(null);
    stranger.send('mine', ada.sessionToken);
    expect(await stranger.next('exception')).toMatchObject({ code: 'session_required' });
    expect(seen).toEqual(['connected undefined']);
    const client = await connect(optional, platform, bearing(platform, ada.sessionToken));
    await expect(client.ask('who')).resolves.toBe(ada.userId);
    await expect(client.ask('mine')).resolves.toBe('mine');
  });

  it('a public gateway lets everybody in, and its handlers may demand a session', async () => {
    const open = await start({ gateways: [PublicGateway] });
    const expired = clerk.mint({ session: ada, expiresIn: -60 });
    const late = await connect(open, platform, bearing(platform, expired));
    await expect(late.ask('who')).resolves.toBe(null);
    late.send('mine', undefined);
    expect(await late.next('exception')).toMatchObject({ code: 'token_expired' });
    expect(seen).toEqual([]);
    const client = await connect(open, platform, bearing(platform, ada.sessionToken));
    await expect(client.ask('mine')).resolves.toBe('mine');
  });

  it('a class that extends a gated gateway is gated, whatever hooks it has', async () => {
    const inherited = await start({ gateways: [InheritedGateway] });
    expect(seen).toEqual(['afterInit', 'onModuleInit']);
    await expect(connect(inherited, platform)).rejects.toThrow('session_required');
    expect(seen).toEqual(['afterInit', 'onModuleInit']);
    const client = await connect(inherited, platform, bearing(platform, ada.sessionToken));
    await expect(client.ask('who')).resolves.toEqual([ada.userId, ada.userId]);
    await expect(client.renew(ada.sessionToken)).resolves.toMatchObject({
      endsAt: expect.any(Number),
    });
  });
});
