import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ClerkWebhooksModule } from 'nestjs-clerk-auth/webhooks';
import { deliver, portOf, post } from '../support/deliver.js';
import { EventRecorder } from '../support/event-recorder.js';
import { eventOf, SECRET, sign } from '../support/signed-delivery.js';
import { ADAPTERS, startApp } from '../support/start-app.js';
import { until } from '../support/until.js';

const LIMIT = 10_000;

describe.each(ADAPTERS)('over %s', (adapter) => {
  let app: INestApplication;

  beforeAll(async () => {
    app = await startApp(adapter, {
      imports: [ClerkWebhooksModule.forRoot({ secrets: SECRET, revoke: false, bodyLimit: LIMIT })],
      providers: [EventRecorder],
    });
  });

  afterAll(() => app.close());

  const tooLarge = { status: 413, body: { code: 'webhook_payload_too_large' } };

  async function expectAlive(): Promise<void> {
    expect(await deliver(app, sign(eventOf('user.created')))).toMatchObject({ status: 200 });
  }

  function open(headers: Readonly<Record<string, string>>): Socket {
    const lines = Object.entries({ host: '127.0.0.1', ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    const socket = connect(portOf(app), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`POST /webhooks/clerk HTTP/1.1\r\n${lines.join('')}\r\n`);
    return socket;
  }

  async function answerOn(socket: Socket): Promise<string> {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    return chunk.toString().split('\r\n', 1)[0] ?? '';
  }

  it('exactly as large as allowed, and a byte more', async () => {
    const text = JSON.stringify(eventOf('user.created'));
    const largest = text + ' '.repeat(LIMIT - text.length);
    expect(await deliver(app, sign(largest))).toMatchObject({ status: 200 });
    expect(await deliver(app, sign(`${largest} `))).toMatchObject(tooLarge);
  });

  it('a stream without an end: refused before it ends, and cut when it goes on for ever', async () => {
    const socket = open({ ...sign('{}').headers, 'transfer-encoding': 'chunked' });
    const answered = answerOn(socket);
    const chunk = `${(8192).toString(16)}\r\n${'x'.repeat(8192)}\r\n`;
    socket.write(chunk + chunk);
    expect(await answered).toBe('HTTP/1.1 413 Payload Too Large');
    while (!socket.closed) {
      socket.write(chunk);
      await delay(1);
    }
    await expectAlive();
  });

  it('a length that promises too much is refused while the client still sends', async () => {
    const socket = open({ ...sign('{}').headers, 'content-length': '1000000' });
    const answered = answerOn(socket);
    socket.write('x'.repeat(2 * LIMIT));
    expect(await answered).toBe('HTTP/1.1 413 Payload Too Large');
    socket.destroy();
    await expectAlive();
  });

  it('a client that keeps its connection after a refusal', async () => {
    const body = Buffer.alloc(3 * LIMIT, 'x');
    for (let times = 0; times < 20; times += 1) {
      const { headers } = sign('{}');
      expect(await post(portOf(app), '/webhooks/clerk', headers, [body])).toMatchObject(tooLarge);
    }
    await expectAlive();
  });

  it('a length that lies, and clients that leave in the middle', async () => {
    const { headers, body } = sign(eventOf('user.created'));
    const framings = [
      { 'content-length': String(body.length + 100) },
      { 'content-length': '5000' },
      { 'transfer-encoding': 'chunked' },
    ];
    const sockets = Array.from({ length: 30 }, (_, at) =>
      open({ ...headers, ...framings[at % framings.length] }),
    );
    for (const socket of sockets) socket.write(body.subarray(0, 20));
    await delay(20);
    for (const [at, socket] of sockets.entries()) {
      if (at % 2 === 0) socket.destroy();
      else socket.resetAndDestroy();
    }
    await until(() => sockets.every(({ closed }) => closed));
    await expectAlive();
  });

  it('a length shorter than what comes: the signature does not hold', async () => {
    const { headers, body } = sign(eventOf('user.created'));
    const socket = open({ ...headers, 'content-length': String(body.length - 1) });
    const answered = answerOn(socket);
    socket.write(body);
    expect(await answered).toBe('HTTP/1.1 400 Bad Request');
    socket.destroy();
    await expectAlive();
  });

  it('without headers nothing is read, however much comes', async () => {
    const socket = open({ 'content-length': '100000000', 'content-type': 'text/plain' });
    socket.write('x'.repeat(2 * LIMIT));
    expect(await answerOn(socket)).toBe('HTTP/1.1 400 Bad Request');
    socket.destroy();
    await expectAlive();
  });

  it('byte by byte costs no more memory than at once', async () => {
    const text = JSON.stringify(eventOf('user.created'));
    const { headers, body } = sign(text + ' '.repeat(LIMIT - text.length));
    const socket = open({ ...headers, 'transfer-encoding': 'chunked' });
    const answered = answerOn(socket);
    const chunks = [...body].map((byte) => `1\r\n${String.fromCharCode(byte)}\r\n`);
    socket.write(`${chunks.join('')}0\r\n\r\n`);
    expect(await answered).toBe('HTTP/1.1 200 OK');
    socket.destroy();
  });
});
