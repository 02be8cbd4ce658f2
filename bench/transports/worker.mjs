import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { AuthGuard, ClerkModule } from 'nestjs-clerk-auth';
import { GuardConnections } from 'nestjs-clerk-auth/websockets';
import { answerQuestions } from '../support/answer-questions.mjs';
import { createClerkContext } from '../support/clerk-context.mjs';

const ROUNDS = 15;
const CALLS = 200_000;

let app;
let cpuBefore;
let heapBefore;

answerQuestions({ fields, serve, mark, measure, messages });

/** Microseconds for the guard alone: each further field of one GraphQL operation. */
async function fields({ options, token }) {
  const { guard, close } = await createClerkContext(options);
  class Resolver {
    field() {}
  }
  const request = {
    headers: { authorization: `Bearer ${token}` },
    rawHeaders: ['Authorization', `Bearer ${token}`],
    url: '/graphql',
  };
  const graphql = { req: request };
  const contextOf = () => {
    const context = new ExecutionContextHost(
      [{}, {}, graphql, {}],
      Resolver,
      Resolver.prototype.field,
    );
    context.setType('graphql');
    return context;
  };
  await guard.canActivate(contextOf());
  const cost = median(() => {
    for (let call = 0; call < CALLS; call += 1) guard.canActivate(contextOf());
  });
  const empty = median(() => {
    for (let call = 0; call < CALLS; call += 1) contextOf();
  });
  await close();
  return cost - empty;
}

function median(run) {
  const costs = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / CALLS);
  }
  return costs.sort((one, other) => one - other)[Math.floor(ROUNDS / 2)];
}

let gateway;
let lastClient;

/** An application with one gateway, gated or not. */
async function serve({ platform, gated, options }) {
  class Gateway {
    handleConnection(client) {
      lastClient = client;
    }

    say() {
      return undefined;
    }
  }
  const handler = Object.getOwnPropertyDescriptor(Gateway.prototype, 'say');
  SubscribeMessage('say')(Gateway.prototype, 'say', handler);
  if (gated) GuardConnections()(Gateway);
  WebSocketGateway({ transports: ['websocket'] })(Gateway);
  gateway = Gateway;
  class AppModule {}
  Module({ imports: [ClerkModule.forRoot(options)], providers: [Gateway] })(AppModule);
  app = await NestFactory.create(AppModule, { logger: false });
  app.useWebSocketAdapter(platform === 'ws' ? new WsAdapter(app) : new IoAdapter(app));
  await app.listen(0, '127.0.0.1');
  return app.getHttpServer().address().port;
}

function mark() {
  collect();
  heapBefore = process.memoryUsage().heapUsed;
  cpuBefore = process.cpuUsage();
}

function measure() {
  const { user, system } = process.cpuUsage(cpuBefore);
  collect();
  return { cpu: user + system, heap: process.memoryUsage().heapUsed - heapBefore };
}

/** Microseconds for the guard alone: each message of a socket that the gate let in. */
function messages() {
  const guard = app.get(AuthGuard);
  const contextOf = () => {
    const context = new ExecutionContextHost(
      [lastClient, 'text', undefined, 'say'],
      gateway,
      gateway.prototype.say,
    );
    context.setType('ws');
    return context;
  };
  guard.canActivate(contextOf());
  const cost = median(() => {
    for (let call = 0; call < CALLS; call += 1) guard.canActivate(contextOf());
  });
  const empty = median(() => {
    for (let call = 0; call < CALLS; call += 1) contextOf();
  });
  return cost - empty;
}

function collect() {
  for (let time = 0; time < 3; time += 1) globalThis.gc();
}
