import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ConnectedSocket, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CurrentSession, RequireSession, sessionOf, type Session } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { GuardConnections } from 'nestjs-clerk-auth/websockets';
import {
  bearing,
  closeClients,
  connect,
  refusal,
  startGateways,
  type Platform,
} from '../support/gateways.js';
import { ADAPTERS, type Adapter } from '../support/start-app.js';

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

  @SubscribeMessage('admin')
  @RequireSession({ role: 'org:admin' })
  admin(@ConnectedSocket() client: object): object {
    seen.push('admin');
    return { event: 'answer', data: sessionOf(client)?.userId };
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
  },
);
