import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, Transport, type ClientProxy } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { WsAdapter } from '@nestjs/platform-ws';
import { expect } from 'expect';
import { createClient } from 'graphql-ws';
import { Connections, SessionService } from 'nestjs-clerk-auth';
import { asCaller } from 'nestjs-clerk-auth/microservices';
import { LocalClerk, type SignedIn } from 'nestjs-clerk-auth/testing';
import { createServer, type AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { lastValueFrom } from 'rxjs';
import { io } from 'socket.io-client';
import WebSocket from 'ws';
import { appModule, reached } from './app';

let clerk: LocalClerk;
let ada: SignedIn;

before(async () => {
  clerk = await LocalClerk.start();
  ada = clerk.signIn('ada');
});

after(async () => {
  await clerk.stop();
});

beforeEach(() => {
  reached.length = 0;
});

function portOf(app: INestApplication): number {
  return (app.getHttpServer().address() as AddressInfo).port;
}

async function start(
  driver: 'apollo' | 'mercurius',
  prepare?: (app: INestApplication) => void,
): Promise<INestApplication> {
  const module = appModule(clerk, driver);
  const quiet = { logger: false as const };
  const app =
    driver === 'apollo'
      ? await NestFactory.create(module, quiet)
      : await NestFactory.create(module, new FastifyAdapter(), quiet);
  prepare?.(app);
  await app.listen(0, '127.0.0.1');
  return app;
}

for (const driver of ['apollo', 'mercurius'] as const) {
  describe(`GraphQL on Nest 11 with ${driver}`, () => {
    let app: INestApplication;

    before(async () => {
      app = await start(driver);
    });

    after(async () => {
      await app.close();
    });

    async function ask(query: string, authorization?: string): Promise<any> {
      const response = await fetch(`http://127.0.0.1:${portOf(app)}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: JSON.stringify({ query }),
      });
      return response.json();
    }

    it('knows who asks, and refuses who does not say', async () => {
      expect(await ask('{ me }', ada.header)).toEqual({ data: { me: ada.userId } });
      expect(await ask('{ name }', ada.header)).toEqual({ data: { name: 'ada' } });
      expect(reached).toEqual(['me']);
      const { errors } = await ask('{ me }');
      expect(errors[0].extensions).toMatchObject({
        code: 'UNAUTHENTICATED',
        reason: 'session_required',
        status: 401,
      });
      expect(reached).toEqual(['me']);
    });

    it('reads the argument of a field', async () => {
      const { errors } = await ask('{ inOrganization(orgId: "org_other") }', ada.header);
      expect(errors[0].extensions).toMatchObject({
        code: 'FORBIDDEN',
        reason: 'no_active_organization',
      });
    });

    it('ends a subscription with its session, and refuses one of nobody', async () => {
      const bob = clerk.signIn('bob');
      const closed: number[] = [];
      const open = (authorization: string | undefined) =>
        createClient({
          url: `ws://127.0.0.1:${portOf(app)}/graphql`,
          webSocketImpl: WebSocket,
          retryAttempts: 0,
          connectionParams: authorization === undefined ? {} : { authorization },
          on: { closed: (event) => void closed.push((event as { code: number }).code) },
        });
      const nobody = open(undefined);
      const told = await nobody
        .iterate({ query: 'subscription { ticks }' })
        .next()
        .catch((reason: unknown) => reason);
      expect(JSON.stringify(told)).toContain('session_required');
      await nobody.dispose();
      expect(reached).toEqual([]);

      closed.length = 0;
      const client = open(bob.header);
      const events = client.iterate({ query: 'subscription { ticks }' });
      expect(await events.next()).toMatchObject({ value: { data: { ticks: 1 } } });
      const next = events.next();
      expect(app.get(Connections).end(bob.sessionId)).toBe(1);
      await expect(next).rejects.toBeDefined();
      // Mercurius hands out nothing but the TCP socket.
      expect(closed.at(-1)).toBe(driver === 'apollo' ? 4401 : 1006);
    });
  });
}

describe('gateways on Nest 11', () => {
  it('on socket.io are gated, know who speaks, and end with the session', async () => {
    const app = await start('apollo');
    try {
      const url = `http://127.0.0.1:${portOf(app)}`;
      const stranger = io(url, { reconnection: false, forceNew: true });
      const refused = await new Promise<Error & { data?: object }>((resolve) =>
        stranger.once('connect_error', resolve),
      );
      expect(refused.data).toMatchObject({ statusCode: 401, code: 'session_required' });
      expect(reached).toEqual([]);
      stranger.close();

      const bob = clerk.signIn('carol');
      const socket = io(url, { forceNew: true, auth: { token: bob.sessionToken } });
      const you = new Promise((resolve) => socket.once('you', resolve));
      socket.emit('who');
      expect(await you).toBe(bob.userId);
      const name = new Promise((resolve) => socket.once('you', resolve));
      socket.emit('name');
      expect(await name).toBe('carol');
      expect(reached).toEqual([bob.userId]);

      const exception = new Promise((resolve) => socket.once('exception', resolve));
      socket.emit('admin');
      expect(await exception).toEqual({
        status: 'error',
        statusCode: 403,
        code: 'no_active_organization',
        message: expect.any(String),
      });
      const gone = new Promise((resolve) => socket.once('disconnect', resolve));
      await app.get(SessionService).revokeSession(bob.sessionId);
      expect(await gone).toBe('io server disconnect');
      socket.close();
    } finally {
      await app.close();
    }
  });

  it('on ws answer the upgrade with 401, and close with 4401', async () => {
    const app = await start('apollo', (made) => made.useWebSocketAdapter(new WsAdapter(made)));
    try {
      const url = `ws://127.0.0.1:${portOf(app)}/`;
      const stranger = new WebSocket(url);
      const status = await new Promise((resolve) => {
        stranger.once('unexpected-response', (_request, response) => resolve(response.statusCode));
        stranger.once('error', () => undefined);
      });
      expect(status).toBe(401);
      stranger.terminate();
      expect(reached).toEqual([]);

      const dora = clerk.signIn('dora');
      const socket = new WebSocket(url, ['clerk.session', dora.sessionToken]);
      await new Promise((resolve) => socket.once('open', resolve));
      const told = new Promise((resolve) =>
        socket.once('message', (data) => resolve(String(data))),
      );
      socket.send(JSON.stringify({ event: 'who' }));
      expect(JSON.parse(String(await told))).toEqual({ event: 'you', data: dora.userId });
      const exception = new Promise((resolve) =>
        socket.once('message', (data) => resolve(String(data))),
      );
      socket.send(JSON.stringify({ event: 'admin' }));
      expect(JSON.parse(String(await exception))).toMatchObject({
        event: 'exception',
        data: { statusCode: 403 },
      });
      const closed = new Promise((resolve) => socket.once('close', resolve));
      app.get(Connections).end(dora.sessionId);
      expect(await closed).toBe(4401);
    } finally {
      await app.close();
    }
  });
});

describe('an event stream on Nest 11', () => {
  it('is a real 401 for nobody, and ends with the session', async () => {
    const app = await start('mercurius');
    try {
      const url = `http://127.0.0.1:${portOf(app)}/feed`;
      expect((await fetch(url)).status).toBe(401);
      const erin = clerk.signIn('erin');
      const response = await fetch(url, { headers: { authorization: erin.header } });
      expect(response.status).toBe(200);
      app.get(Connections).end(erin.sessionId);
      const body = await response.text().catch(() => 'closed');
      expect(body).toMatch(/first|closed/);
    } finally {
      await app.close();
    }
  });
});

describe('TCP on Nest 11', () => {
  it('has no place for a credential: handlers refuse, and asCaller says so', async () => {
    const port = await freePort();
    const app = await start('apollo', (made) => {
      made.connectMicroservice(
        { transport: Transport.TCP, options: { host: '127.0.0.1', port } },
        { inheritAppConfig: true },
      );
    });
    const client: ClientProxy = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port },
    });
    try {
      await app.startAllMicroservices();
      await expect(lastValueFrom(client.send('list', {}))).rejects.toMatchObject({
        status: 'error',
      });
      expect(() => asCaller(client, ada.sessionToken)).toThrow(/Nest 1[12]/);
      expect(reached).toEqual([]);
    } finally {
      client.close();
      await app.close();
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
