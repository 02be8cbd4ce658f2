import { Controller, Get, Injectable, Req, type INestApplication } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CLS_REQ, ClsModule, ClsService } from 'nestjs-cls';
import { AuthGuard, ClerkModule, RequireSession, sessionOf } from 'nestjs-clerk-auth';
import { LocalClerk } from 'nestjs-clerk-auth/testing';
import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { startApp, type Adapter } from '../../support/start-app.js';
import { SessionTeller } from '../../support/session-teller.js';
import { startStorm, STORMS } from '../../support/session-storm.js';

// Run by session-context-holds-on-every-node.spec.ts, on each version of Node: prints what it found as JSON.

/** How many requests each set a timer that outlives them. */
const HELD = 40;

const AN_HOUR = 3_600_000;

@Controller()
class TimerController {
  constructor(private readonly teller: SessionTeller) {}

  @Get('timer')
  @RequireSession()
  timer(): string {
    setTimeout(() => this.teller.peek(), AN_HOUR).unref();
    return '';
  }

  /** What must show that requests can be counted at all. */
  @Get('holding')
  @RequireSession()
  holding(@Req() request: object): string {
    setTimeout(() => request, AN_HOUR).unref();
    return '';
  }
}

/** How many requests are still there after each of many set a timer. */
async function requestsHeld(adapter: Adapter, clerk: LocalClerk): Promise<Record<string, number>> {
  const app = await startApp(adapter, {
    imports: [ClerkModule.forRoot({ ...clerk.options(), sessionContext: true })],
    controllers: [TimerController],
    providers: [SessionTeller],
  });
  const { header } = clerk.signIn('ada');
  const held: Record<string, number> = {};
  // Whoever comes first fetches keys, and has a socket to Clerk kept alive.
  await ask(app, '/timer', header);
  let before = NaN;
  // Until those of before are gone.
  for (let now = await requestsThere(); now !== before; now = await requestsThere()) before = now;
  for (const path of ['timer', 'holding']) {
    for (let at = 0; at < HELD; at += 1) await ask(app, `/${path}`, header);
    const after = await requestsThere();
    held[path] = after - before;
    before = after;
  }
  await app.close();
  return held;
}

/** All of the process. It looks through the whole heap, so it is asked seldom. */
async function requestsThere(): Promise<number> {
  // Sockets that were closed just now let go of theirs.
  await setTimeoutAsync(100);
  return queryObjects(IncomingMessage, { format: 'count' });
}

/** Over a socket alone: a client of Node's would have requests of its own. */
async function ask(app: INestApplication, path: string, header: string): Promise<void> {
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  const socket = connect(port, '127.0.0.1');
  const lines = ['Host: a', 'Connection: close', `Authorization: ${header}`, '', ''];
  socket.write([`GET ${path} HTTP/1.1`, ...lines].join('\r\n'));
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  await once(socket, 'close');
  if (!answer.startsWith('HTTP/1.1 200')) throw new Error(answer);
}

/** As docs/session-context.md has it, for applications that use nestjs-cls already. */
@Injectable()
class ClsTeller {
  constructor(private readonly cls: ClsService) {}

  userId(): string | undefined {
    return sessionOf(this.cls.get(CLS_REQ))?.userId;
  }
}

@Controller()
class ClsController {
  constructor(private readonly teller: ClsTeller) {}

  @Get('cls')
  @RequireSession()
  async cls(): Promise<{ seen: (string | undefined)[] }> {
    const first = this.teller.userId();
    await new Promise((resolve) => setTimeout(resolve, 2));
    return { seen: [first, this.teller.userId()] };
  }
}

async function overCls(adapter: Adapter, clerk: LocalClerk): Promise<object> {
  const app = await startApp(adapter, {
    imports: [
      ClsModule.forRoot({ global: true, middleware: { mount: true } }),
      ClerkModule.forRoot(clerk.options()),
    ],
    controllers: [ClsController],
    providers: [{ provide: APP_GUARD, useExisting: AuthGuard }, ClsTeller],
  });
  const users = ['ada', 'bob', 'carol'].map((name) => clerk.signIn(name));
  const url = await app.getUrl();
  const told = await Promise.all(
    Array.from({ length: 100 }, async (_, at) => {
      const { userId, header } = users[at % users.length]!;
      const response = await fetch(`${url}/cls`, { headers: { authorization: header } });
      const { seen } = (await response.json()) as { seen?: unknown[] };
      return seen?.every((each) => each === userId) === true;
    }),
  );
  await app.close();
  return { answered: told.length, wrong: told.filter((isRight) => !isRight).length };
}

const clerk = await LocalClerk.start();
const found: Record<string, unknown> = { node: process.version };
for (const adapter of ['express', 'fastify'] as const) {
  const { app, callers } = await startStorm(adapter, clerk);
  const weather: Record<string, unknown> = {};
  for (const [name, storm] of Object.entries(STORMS)) weather[name] = await storm(app, callers);
  await app.close();
  found[adapter] = {
    ...weather,
    held: await requestsHeld(adapter, clerk),
    cls: await overCls(adapter, clerk),
  };
}
await clerk.stop();
process.stdout.write(JSON.stringify(found));
process.exit();
