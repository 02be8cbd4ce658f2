import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Scope, type INestApplication, type Type } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CurrentSession, sessionOf, type Session } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { GuardConnections } from 'nestjs-clerk-auth/websockets';
import type { Socket } from 'socket.io';
import type { WebSocketServer } from 'ws';
import {
  bearing,
  closeClients,
  connect,
  refusal,
  startGateways,
  type GatewayOptions,
} from '../support/gateways.js';

/** What the gateways saw. */
const seen: string[] = [];

function answer(session: Session): object {
  return { event: 'answer', data: session.userId };
}

const RECOVERY = { maxDisconnectionDuration: 60_000 };

@WebSocketGateway({ connectionStateRecovery: RECOVERY })
@GuardConnections()
class RecoveringGateway {
  onModuleInit(): void {
    seen.push('onModuleInit');
  }
}

@WebSocketGateway({ namespace: 'deep', connectionStateRecovery: RECOVERY })
@GuardConnections()
class RecoveringNamespace {}

@WebSocketGateway({ connectionStateRecovery: { ...RECOVERY, skipMiddlewares: false } })
@GuardConnections()
class AskingGateway {
  @SubscribeMessage('who')
  who(@CurrentSession() session: Session): object {
    return answer(session);
  }
}

@WebSocketGateway({ namespace: 'chat' })
@GuardConnections()
class NamespaceGateway {
  handleConnection(client: Socket): void {
    seen.push(`chat ${String(sessionOf(client)?.userId)}`);
  }

  @SubscribeMessage('who')
  who(@CurrentSession() session: Session): object {
    return answer(session);
  }
}

@WebSocketGateway({ namespace: /^\/room-\d+$/ })
@GuardConnections()
class RoomGateway {
  handleConnection(client: object): void {
    seen.push(`room ${String(sessionOf(client)?.userId)}`);
  }

  @SubscribeMessage('who')
  who(@CurrentSession() session: Session): object {
    return answer(session);
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  constructor(@Inject(REQUEST) readonly request: unknown) {}
}

@WebSocketGateway()
@GuardConnections()
class ScopedGateway {
  constructor(@Inject(PerRequest) readonly scoped: PerRequest) {}
}

interface Upgrade {
  readonly req: { readonly headers: Readonly<Record<string, unknown>> };
}

type Verdict = (verified: boolean, code?: number, text?: string) => void;

/** What each form of a `verifyClient` of the application's own comes to. */
const OWN: Readonly<Record<string, (...asked: never[]) => unknown>> = {
  'that returns': ({ req }: Upgrade) => {
    seen.push('asked');
    return req.headers['x-own'] === 'yes';
  },
  'that answers': ({ req }: Upgrade, verdict: Verdict) => {
    seen.push('asked');
    setImmediate(() => {
      verdict(req.headers['x-own'] === 'yes', 401);
    });
  },
};

function verifying(verifyClient: unknown): Type {
  @WebSocketGateway({ verifyClient })
  @GuardConnections()
  class OwnGateway {
    @SubscribeMessage('who')
    who(@CurrentSession() session: Session): object {
      return answer(session);
    }
  }
  return OwnGateway;
}

describe('gateways', () => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  const apps: INestApplication[] = [];

  const start = async (options: GatewayOptions): Promise<INestApplication> => {
    const app = await startGateways(clerk, {
      ...options,
      prepare: (made) => {
        apps.push(made);
        options.prepare?.(made);
      },
    });
    return app;
  };

  beforeEach(async () => {
    clerk = await LocalClerk.start();
    ada = clerk.signIn('ada');
    seen.length = 0;
  });

  afterEach(async () => {
    closeClients();
    await Promise.all(apps.splice(0).map((app) => app.close()));
    await clerk.stop();
  });

  it.each([RecoveringGateway, RecoveringNamespace])(
    'that take sockets back unasked stop the boot: %p',
    async (gateway) => {
      await expect(start({ platform: 'socket.io', gateways: [gateway] })).rejects.toThrow(
        /connectionStateRecovery .* skipMiddlewares: false/s,
      );
      expect(seen).toEqual([]);
    },
  );

  it('that ask them do not', async () => {
    const app = await start({ platform: 'socket.io', gateways: [AskingGateway] });
    const client = await connect(app, 'socket.io', bearing('socket.io', ada.sessionToken));
    await expect(client.ask('who')).resolves.toBe(ada.userId);
    await expect(refusal(app, 'socket.io')).resolves.toMatchObject({ code: 'session_required' });
  });

  it('on a server of an unknown kind stop the boot', async () => {
    class OtherAdapter extends IoAdapter {
      override create(): never {
        return { on: () => undefined, close: () => undefined } as never;
      }
      override async close(): Promise<void> {
        // Nothing was opened.
      }
    }
    const prepare = (app: INestApplication): void => {
      app.useWebSocketAdapter(new OtherAdapter(app));
    };
    const gateways = [NamespaceGateway];
    await expect(start({ platform: 'socket.io', gateways, prepare })).rejects.toThrow(
      'NamespaceGateway knows no server of this kind',
    );
  });

  it.each(['socket.io', 'ws'] as const)(
    'that are made for each request stop the boot, on %s',
    async (platform) => {
      const gateways = [PerRequest, ScopedGateway];
      await expect(start({ platform, gateways })).rejects.toThrow(
        /ScopedGateway has @GuardConnections\(\) and is request-scoped/,
      );
    },
  );

  it.each([
    ['/chat', 'chat', NamespaceGateway],
    ['/room-7', 'room', RoomGateway],
  ] as const)('of the namespace %s are gated', async (path, name, gateway) => {
    const app = await start({ platform: 'socket.io', gateways: [gateway] });
    const refused = await refusal(app, 'socket.io', { path });
    expect(refused).toMatchObject({ statusCode: 401, code: 'session_required' });
    expect(seen).toEqual([]);
    const along = { ...bearing('socket.io', ada.sessionToken), path };
    const client = await connect(app, 'socket.io', along);
    await expect(client.ask('who')).resolves.toBe(ada.userId);
    expect(seen).toEqual([`${name} ${ada.userId}`]);
    await expect(client.renew(ada.sessionToken)).resolves.toMatchObject({
      endsAt: expect.any(Number),
    });
  });

  describe.each(Object.entries(OWN))('with a verifyClient %s', (_, own) => {
    it('have it asked after ours, and its word counts', async () => {
      const app = await start({ platform: 'ws', gateways: [verifying(own)] });
      const bearer = bearing('ws', ada.sessionToken);
      await expect(refusal(app, 'ws', { headers: { 'x-own': 'yes' } })).resolves.toMatchObject({
        code: 'session_required',
      });
      expect(seen).toEqual([]);
      await expect(refusal(app, 'ws', bearer)).resolves.toMatchObject({ statusCode: 401 });
      expect(seen).toEqual(['asked']);
      const client = await connect(app, 'ws', { ...bearer, headers: { 'x-own': 'yes' } });
      await expect(client.ask('who')).resolves.toBe(ada.userId);
    });
  });

  it('outlive a verifyClient that throws, and what it throws lets nobody in', async () => {
    let isBroken = true;
    const own = (): boolean => {
      if (isBroken) throw new Error('of the application');
      return true;
    };
    const app = await start({ platform: 'ws', gateways: [verifying(own)] });
    const bearer = bearing('ws', ada.sessionToken);
    await expect(refusal(app, 'ws', bearer)).rejects.toThrow('socket hang up');
    isBroken = false;
    const client = await connect(app, 'ws', bearer);
    await expect(client.ask('who')).resolves.toBe(ada.userId);
  });

  it('outlive a listener of the application that throws', async () => {
    let isBroken = true;
    @WebSocketGateway()
    @GuardConnections()
    class ListeningGateway {
      afterInit(server: WebSocketServer): void {
        server.on('connection', () => {
          if (isBroken) throw new Error('of the application');
        });
      }

      @SubscribeMessage('who')
      who(@CurrentSession() session: Session): object {
        return answer(session);
      }
    }
    const app = await start({ platform: 'ws', gateways: [ListeningGateway] });
    const bearer = bearing('ws', ada.sessionToken);
    const broken = await connect(app, 'ws', bearer);
    await expect(broken.ended).resolves.toMatchObject({ code: 1006 });
    isBroken = false;
    const client = await connect(app, 'ws', bearer);
    await expect(client.ask('who')).resolves.toBe(ada.userId);
  });

  it.each(['socket.io', 'ws'] as const)(
    'whose class and base class both say it answer once, on %s',
    async (platform) => {
      @WebSocketGateway()
      @GuardConnections()
      class TwiceGateway extends NamespaceGateway {}
      const app = await start({ platform, gateways: [TwiceGateway] });
      const client = await connect(app, platform, bearing(platform, ada.sessionToken));
      await expect(client.renew(ada.sessionToken)).resolves.toMatchObject({
        endsAt: expect.any(Number),
      });
      await expect(client.ask('who')).resolves.toBe(ada.userId);
      expect(client.told).toEqual([]);
      await expect(refusal(app, platform)).resolves.toMatchObject({ code: 'session_required' });
    },
  );
});
