import {
  Body,
  Controller,
  Get,
  Headers,
  Param,
  Post,
  StreamableFile,
  type INestApplication,
} from '@nestjs/common';
import { EventEmitter, once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { ClerkModule, OptionalSession, Public } from 'nestjs-clerk-auth';
import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import { SessionTeller } from './session-teller.js';
import { startApp, type Adapter } from './start-app.js';

// Requests of many callers at once, and what each of them was told of itself. Knows nothing of Jest: a program of its own
// runs it on other versions of Node as well.

/** Who asks: a user's id and the header that proves it; nobody without one. */
export interface StormCaller {
  readonly who: string;
  readonly header: string | undefined;
}

/** What became of many requests. */
export interface Weather {
  /** How many were answered. */
  readonly answered: number;
  /** What somebody was told who should have been told something else. */
  readonly wrong: readonly string[];
}

/** What a handler does before it asks for whom, each in a way of its own to lose or to mix up contexts. */
const WAYS: Readonly<Record<string, (ask: () => void) => Promise<unknown>>> = {
  promises: async (ask) => {
    for (let at = 0; at < 5; at += 1) {
      await Promise.resolve();
      ask();
    }
  },
  timers: async (ask) => {
    for (const pause of [1, 0, 3]) {
      await setTimeout(pause);
      ask();
    }
  },
  callbacks: (ask) =>
    new Promise<void>((resolve) => {
      process.nextTick(() => {
        ask();
        queueMicrotask(() => {
          ask();
          globalThis.setTimeout(() => {
            ask();
            resolve();
          }, 2);
        });
      });
    }),
  stream: async (ask) => {
    const source = async function* (): AsyncGenerator<string> {
      for (const each of ['a', 'b', 'c']) {
        await setImmediate();
        ask();
        yield each;
      }
    };
    for await (const each of Readable.from(source())) {
      if (each !== '') ask();
    }
  },
  emitter: async (ask) => {
    const emitter = new EventEmitter();
    emitter.on('event', ask);
    await setTimeout(1);
    emitter.emit('event');
    const next = once(emitter, 'event');
    globalThis.setTimeout(() => emitter.emit('event'), 1);
    await next;
    ask();
  },
  shared: async (ask) => {
    // All that come meanwhile wait for one and the same promise.
    flight ??= setTimeout(2).then(() => {
      flight = undefined;
    });
    await flight;
    ask();
  },
};

const WAY_NAMES = Object.keys(WAYS);

let flight: Promise<void> | undefined;

/** Work that went on after its response: for whom it was begun, and for whom it says it worked. */
const late: { readonly who: string; readonly seen: string }[] = [];

@Controller('storm')
class StormController {
  constructor(private readonly teller: SessionTeller) {}

  @Get('ways/:way')
  @OptionalSession()
  async way(@Param('way') way: string): Promise<{ seen: string }> {
    const seen = new Set([this.teller.current()]);
    await WAYS[way]?.(() => seen.add(this.teller.current()));
    return { seen: [...seen].join() };
  }

  @Get('public')
  @Public()
  open(): { seen: string } {
    return { seen: this.teller.current() };
  }

  @Post('body')
  @OptionalSession()
  async body(@Body() _body: unknown): Promise<{ seen: string }> {
    await setTimeout(1);
    return { seen: this.teller.current() };
  }

  @Get('late')
  @OptionalSession()
  later(@Headers('x-who') who: string): { seen: string } {
    globalThis.setTimeout(() => {
      void setImmediate().then(() => late.push({ who, seen: this.teller.current() }));
    }, 15);
    return { seen: this.teller.current() };
  }

  @Get('streamed')
  @OptionalSession()
  streamed(): StreamableFile {
    const { teller } = this;
    const source = async function* (): AsyncGenerator<string> {
      const seen = new Set<string>();
      for (let at = 0; at < 4; at += 1) {
        await setTimeout(1);
        seen.add(teller.current());
        yield ' ';
      }
      yield JSON.stringify({ seen: [...seen].join() });
    };
    return new StreamableFile(Readable.from(source(), { objectMode: false }));
  }
}

/** An application to storm, with a few callers, a guest among them. */
export async function startStorm(
  adapter: Adapter,
  clerk: LocalClerk,
): Promise<{ app: INestApplication; callers: readonly StormCaller[] }> {
  const app = await startApp(adapter, {
    imports: [ClerkModule.forRoot({ ...clerk.options(), sessionContext: true })],
    controllers: [StormController],
    providers: [SessionTeller],
  });
  const users = ['ada', 'bob', 'carol', 'dan', 'eve'].map((name) => clerk.signIn(name));
  const signedIn = users.map(({ userId, header }) => ({ who: userId, header }));
  return { app, callers: [...signedIn, { who: 'guest', header: undefined }] };
}

function portOf(app: INestApplication): number {
  return (app.getHttpServer() as { address(): AddressInfo }).address().port;
}

/** Each caller in turn, `count` times in all. */
function inTurn<Each>(list: readonly Each[], count: number): Each[] {
  return Array.from({ length: count }, (_, at) => list[at % list.length] as Each);
}

/** 300 requests of all kinds and callers at once, over connections that are kept alive. */
export async function mixed(
  app: INestApplication,
  callers: readonly StormCaller[],
): Promise<Weather> {
  const agent = new Agent({ keepAlive: true, maxSockets: 12 });
  const paths = [...WAY_NAMES.map((way) => `ways/${way}`), 'public', 'streamed'];
  const told = await Promise.all(
    inTurn(callers, 300).map(async (caller, at) => {
      // As many paths as callers would give each caller always the same.
      const path = paths[(at + Math.floor(at / callers.length)) % paths.length] ?? '';
      const seen = await ask(portOf(app), agent, path, caller);
      const expected = path === 'public' ? 'guard_missing' : caller.who;
      return seen === expected ? undefined : `${path}: ${caller.who} was told ${seen}`;
    }),
  );
  agent.destroy();
  return { answered: told.length, wrong: told.filter((line) => line !== undefined) };
}

/** Many callers one after the other over one connection, with routes between that no guard looks at. */
export async function keptAlive(
  app: INestApplication,
  callers: readonly StormCaller[],
): Promise<Weather> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const wrong: string[] = [];
  let answered = 0;
  for (const [at, caller] of inTurn(callers, 60).entries()) {
    const way = WAY_NAMES[(at + Math.floor(at / callers.length)) % WAY_NAMES.length] ?? '';
    for (const [path, expected] of [
      [`ways/${way}`, caller.who],
      ['public', 'guard_missing'],
    ] as const) {
      const seen = await ask(portOf(app), agent, path, caller);
      answered += 1;
      if (seen !== expected) wrong.push(`${path}: ${caller.who} was told ${seen}`);
    }
  }
  agent.destroy();
  return { answered, wrong };
}

/** Everything written before the first answer is read; on several connections at once. */
export async function pipelined(
  app: INestApplication,
  callers: readonly StormCaller[],
): Promise<Weather> {
  const connections = Array.from({ length: 8 }, async (_, first) => {
    const asked = inTurn([...callers.slice(first % 6), ...callers.slice(0, first % 6)], 40).map(
      (caller, at) => ({
        caller,
        path: at % 7 === 3 ? 'public' : `ways/${WAY_NAMES[at % 6] ?? ''}`,
      }),
    );
    const socket = await dial(app);
    const answers = readAnswers(socket, asked.length);
    socket.write(asked.map(({ caller, path }) => head('GET', path, caller)).join(''));
    const seen = await answers;
    return asked.map(({ caller, path }, at) => {
      const expected = path === 'public' ? 'guard_missing' : caller.who;
      return seen[at] === expected
        ? undefined
        : `${path}: ${caller.who} was told ${seen[at] ?? ''}`;
    });
  });
  const told = (await Promise.all(connections)).flat();
  return { answered: told.length, wrong: told.filter((line) => line !== undefined) };
}

/** Bodies that come a few bytes at a time, all mixed; every fifth never comes to its end. */
export async function slowly(
  app: INestApplication,
  callers: readonly StormCaller[],
): Promise<Weather> {
  const told = await Promise.all(
    inTurn(callers, 48).map(async (caller, at) => {
      const socket = await dial(app);
      const answers = readAnswers(socket, 2);
      const body = JSON.stringify({ text: 'x'.repeat(40) });
      socket.write(head('POST', 'body', caller, body.length));
      for (let from = 0; from < body.length; from += 12) {
        await setTimeout(1 + (at % 3));
        if (at % 5 === 4 && from > 20) {
          socket.destroy();
          return [];
        }
        socket.write(body.slice(from, from + 12));
      }
      // The same connection, with nothing of the caller before.
      socket.write(head('GET', 'ways/promises', { who: 'guest', header: undefined }));
      const [posted, after] = await answers;
      return [
        posted === caller.who ? undefined : `body: ${caller.who} was told ${posted ?? ''}`,
        after === 'guest' ? undefined : `after the body of ${caller.who}: told ${after ?? ''}`,
      ];
    }),
  );
  const lines = told.flat();
  return { answered: lines.length, wrong: lines.filter((line) => line !== undefined) };
}

/** Work that goes on when the response is long there and the connection serves others. */
export async function outliving(
  app: INestApplication,
  callers: readonly StormCaller[],
): Promise<Weather> {
  late.length = 0;
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const asked = inTurn(callers, 60);
  const wrong: string[] = [];
  for (const caller of asked) {
    const seen = await ask(portOf(app), agent, 'late', caller);
    if (seen !== caller.who) wrong.push(`late: ${caller.who} was told ${seen}`);
  }
  agent.destroy();
  while (late.length < asked.length) await setImmediate();
  const belated = late.filter(({ who, seen }) => who !== seen);
  return {
    answered: late.length,
    wrong: [...wrong, ...belated.map(({ who, seen }) => `after late: ${who} was told ${seen}`)],
  };
}

/** All of it, by name. */
export const STORMS = { mixed, keptAlive, pipelined, slowly, outliving } as const;

function linesOf({ who, header }: StormCaller): Record<string, string> {
  return { 'x-who': who, ...(header === undefined ? {} : { authorization: header }) };
}

async function ask(port: number, agent: Agent, path: string, caller: StormCaller): Promise<string> {
  const asked = request({
    port,
    agent,
    host: '127.0.0.1',
    path: `/storm/${path}`,
    headers: linesOf(caller),
  }).end();
  const [response] = (await once(asked, 'response')) as [Readable];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return seenIn(text);
}

function seenIn(text: string): string {
  try {
    return String((JSON.parse(text) as { seen?: unknown }).seen);
  } catch {
    return text;
  }
}

async function dial(app: INestApplication): Promise<Socket> {
  const socket = connect(portOf(app), '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

function head(method: string, path: string, caller: StormCaller, length?: number): string {
  const headers = {
    host: '127.0.0.1',
    ...linesOf(caller),
    ...(length === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(length) }),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} /storm/${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

/** What the next answers on a connection say; none of them is chunked. */
async function readAnswers(socket: Socket, count: number): Promise<readonly string[]> {
  let text = '';
  const seen: string[] = [];
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      for (;;) {
        const end = text.indexOf('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
        if (end < 0 || text.length < end + 4 + length) break;
        seen.push(seenIn(text.slice(end + 4, end + 4 + length)));
        text = text.slice(end + 4 + length);
      }
      if (seen.length === count) {
        socket.destroy();
        resolve(seen);
      }
    });
    socket.on('error', () => {
      resolve(seen);
    });
    socket.on('close', () => {
      resolve(seen);
    });
  });
}
