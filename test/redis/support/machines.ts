import type { AddressInfo } from 'node:net';
import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { ClerkModule, SessionService, type ClerkOptions } from 'nestjs-clerk-auth';
import { RedisRevocations, type RedisClient } from 'nestjs-clerk-auth/redis';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import request from 'supertest';
import { FeedController } from '../../support/feed-controller.js';
import { ProbeController } from '../../support/probe-controller.js';
import { startApp, type Adapter } from '../../support/start-app.js';
import type { HeldClient, MakeClient } from './clients.js';
import { TcpProxy } from './tcp-proxy.js';

/** How often a machine looks whether Redis is there; short, so that nobody waits. */
const HEARTBEAT = 50;

/** Milliseconds: longer than a machine needs to find that it is blind, and to see again. */
const PATIENCE = 15_000;

export interface MachineOptions extends ClerkOptions {
  readonly adapter?: Adapter;
  readonly gateways?: readonly Type[];
  /** Modules that use the client as well. */
  readonly more?: (client: RedisClient) => DynamicModule;
  readonly providers?: readonly Type[];
}

/** What machines have in common. */
export interface Fleet {
  readonly clerk: LocalClerk;
  /** Of Redis. */
  readonly port: number;
  readonly make: MakeClient;
}

/** One of several, in this process: an application with a client and a network of its own. */
export class Machine {
  private constructor(
    readonly app: INestApplication,
    readonly channel: RedisRevocations,
    /** Between its client and Redis. */
    readonly network: TcpProxy,
    private readonly held: HeldClient,
  ) {}

  /** @param network made beforehand where something is wrong with it from the start */
  static async start(
    { clerk, port, make }: Fleet,
    { adapter = 'express', gateways = [], providers = [], more, ...options }: MachineOptions = {},
    network?: TcpProxy,
  ): Promise<Machine> {
    const own = network ?? (await TcpProxy.to(port));
    const held = await make(own.port);
    const channel = new RedisRevocations(held.client, { heartbeat: HEARTBEAT });
    const said = { ...clerk.options(), jwtKey: clerk.jwtKey, errorBody: 'problem' } as const;
    const app = await startApp(adapter, {
      imports: [
        ClerkModule.forRoot({ ...said, revocations: channel, ...options }),
        ...(more === undefined ? [] : [more(held.client)]),
      ],
      controllers: [ProbeController, FeedController],
      providers: [...gateways, ...providers],
      prepare: (nest) => nest.useWebSocketAdapter(new WsAdapter(nest)),
    });
    return new Machine(app, channel, own, held);
  }

  get sessions(): SessionService {
    return this.app.get(SessionService);
  }

  get url(): string {
    const { port } = (this.app.getHttpServer() as { address(): AddressInfo }).address();
    return `http://127.0.0.1:${String(port)}`;
  }

  /** Asks as this caller. */
  get(token: string, path = '/me'): request.Test {
    return request(this.app.getHttpServer() as never)
      .get(path)
      .set('authorization', `Bearer ${token}`);
  }

  /** Asks until it answers so. What it answers before is another test's matter. */
  async answers(status: number, token: string): Promise<void> {
    const end = performance.now() + PATIENCE;
    for (;;) {
      const answer = await this.get(token);
      if (answer.status === status) return;
      if (performance.now() > end) {
        throw new Error(`It never answered ${String(status)}, but ${String(answer.status)}.`);
      }
    }
  }

  async stop(): Promise<void> {
    await this.app.close();
    this.held.close();
    await this.network.stop();
  }
}
