import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CurrentSession, type Session } from 'nestjs-clerk-auth';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { GuardConnections } from 'nestjs-clerk-auth/websockets';
import {
  bearing,
  closeClients,
  connect,
  portOf,
  refusal,
  startGateways,
  type Along,
} from '../support/gateways.js';

@WebSocketGateway()
@GuardConnections()
class ChatGateway {
  @SubscribeMessage('who')
  who(@CurrentSession() session: Session): object {
    return { event: 'answer', data: session.userId };
  }
}

describe.each([
  ['socket.io', ['websocket']],
  ['socket.io', ['polling']],
  ['ws', []],
] as const)('on %s %j', (platform, transports) => {
  let clerk: LocalClerk;
  let ada: SignedIn;
  let app: INestApplication;

  beforeAll(async () => {
    clerk = await LocalClerk.start({ origin: 'https://app.example.com' });
    ada = clerk.signIn('ada');
    app = await startGateways(clerk, {
      platform,
      gateways: [ChatGateway],
      authorizedParties: ['https://app.example.com'],
      allowedOrigins: ['https://app.example.com', 'https://*.example.org'],
    });
  });

  afterAll(async () => {
    await app.close();
    await clerk.stop();
  });

  afterEach(closeClients);

  const from = (origin: string | undefined, more: Along = {}): Along => {
    const written = origin?.replace('<port>', String(portOf(app)));
    const headers = {
      ...(more.headers ?? { Cookie: ada.cookie }),
      ...(written === undefined ? {} : { Origin: written }),
    };
    return { ...more, headers, ...(platform === 'ws' ? {} : { transports }) };
  };

  it.each([
    undefined,
    'http://127.0.0.1:<port>',
    'https://127.0.0.1:<port>',
    'https://app.example.com',
  ])('cookies from a page of %s let in', async (origin) => {
    const client = await connect(app, platform, from(origin));
    await expect(client.ask('who')).resolves.toBe(ada.userId);
  });

  it.each([
    'null',
    '',
    'http://127.0.0.1:1',
    'http://127.0.0.1',
    'http://localhost:<port>',
    'http://127.0.0.1:<port>/',
    'http://127.0.0.1:<port>/page',
    'http://ada@127.0.0.1:<port>',
    'http://127.0.0.1:<port>.evil.example',
    'https://app.example.com/',
    'https://APP.example.com',
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://app.example.com.evil.example',
    'https://page.example.org',
    'ftp://127.0.0.1:<port>',
    'https://app.example.com, https://evil.example',
  ])('cookies from a page of %j do not, and the next client is served', async (origin) => {
    const refused = await refusal(app, platform, from(origin));
    expect(refused).toMatchObject({ statusCode: 403, code: 'origin_not_allowed' });
    const client = await connect(app, platform, from(undefined));
    await expect(client.ask('who')).resolves.toBe(ada.userId);
  });

  it('what a client hands in by itself does, from wherever', async () => {
    for (const more of [
      { ...bearing(platform, ada.sessionToken), headers: {} },
      { headers: { Authorization: ada.header } },
    ]) {
      const client = await connect(app, platform, from('https://evil.example', more));
      await expect(client.ask('who')).resolves.toBe(ada.userId);
    }
  });
});
