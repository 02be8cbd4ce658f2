import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Controller, Module, Post, Req, Res, type RawBodyRequest } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { forward } from '../../sample/01-quickstart/src/demo/forward.js';

const TEXT = JSON.stringify({ text: 'whole '.repeat(1000) });
const PACKED = gzipSync(TEXT);

interface Arrived {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let arrived: Arrived[] = [];
let behind: Server;
let app: INestApplication;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

@Controller()
class ForwardController {
  @Post('*path')
  any(@Req() request: RawBodyRequest<IncomingMessage>, @Res() response: ServerResponse): void {
    forward(request, { url: `http://127.0.0.1:${portOf(behind)}`, path: '/x' }, response);
  }
}

@Module({ controllers: [ForwardController] })
class ForwardModule {}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  arrived.push({ headers: request.headers, body: Buffer.concat(chunks) });
  const headers = { 'content-encoding': 'gzip', 'x-once': '1', connection: 'close, x-once' };
  response.writeHead(200, { ...headers, 'content-length': PACKED.length }).end(PACKED);
}

beforeAll(async () => {
  behind = createServer((request, response) => void answer(request, response));
  await once(behind.listen(0, '127.0.0.1'), 'listening');
  const testing = await Test.createTestingModule({ imports: [ForwardModule] }).compile();
  app = testing.createNestApplication({ rawBody: true, logger: false });
  await app.listen(0, '127.0.0.1');
});

afterAll(async () => {
  await app.close();
  behind.close();
});

beforeEach(() => {
  arrived = [];
});

const post = async (body: string | Uint8Array<ArrayBuffer>, headers: object): Promise<Response> =>
  fetch(`${await app.getUrl()}/any`, { method: 'POST', body, headers: { ...headers } });

it.each([
  ['a plain one', TEXT, {}],
  [
    'a packed one, which Nest has unpacked',
    Uint8Array.from(PACKED),
    { 'content-encoding': 'gzip' },
  ],
])('the body of a request arrives whole: %s', async (_, body, headers) => {
  await (await post(body, { 'content-type': 'application/json', ...headers })).arrayBuffer();
  expect(arrived.map((one) => one.body.toString())).toEqual([TEXT]);
  expect(arrived[0]?.headers['content-length']).toBe(String(TEXT.length));
  expect(arrived[0]?.headers['content-encoding']).toBeUndefined();
});

it('what Nest has no parser for arrives packed, and says so', async () => {
  const headers = { 'content-type': 'application/x-own', 'content-encoding': 'gzip' };
  await (await post(Uint8Array.from(PACKED), headers)).arrayBuffer();
  expect(gunzipSync(arrived[0]?.body ?? '').toString()).toBe(TEXT);
  expect(arrived[0]?.headers['content-encoding']).toBe('gzip');
  expect(arrived[0]?.headers['content-length']).toBe(String(PACKED.length));
});

it('a packed answer comes back whole, without the headers of the other connection', async () => {
  const response = await post(TEXT, { 'content-type': 'application/json' });
  expect(await response.text()).toBe(TEXT);
  expect(response.headers.get('x-once')).toBeNull();
});
