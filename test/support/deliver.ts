import { request as send, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import type { SignedDelivery } from './signed-delivery.js';

/** What came back. */
export interface DeliveryAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

export function portOf(app: Pick<INestApplication, 'getHttpServer'>): number {
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  return port;
}

/** Posts the bytes as they are: no client library makes anything of them. */
export async function deliver(
  app: Pick<INestApplication, 'getHttpServer'>,
  { headers, body }: SignedDelivery,
  path = '/webhooks/clerk',
): Promise<DeliveryAnswer> {
  return post(portOf(app), path, { 'content-length': String(body.length), ...headers }, [body]);
}

/** In chunks, which are awaited one by one. */
export async function post(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<DeliveryAnswer> {
  const request = send({ port, path, headers, method: 'POST', host: '127.0.0.1' });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  answered.catch(() => undefined);
  for await (const chunk of chunks) request.write(chunk);
  request.end();
  const [response] = await answered;
  const received: Buffer[] = [];
  for await (const chunk of response) received.push(chunk as Buffer);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: parsed(Buffer.concat(received).toString()),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
