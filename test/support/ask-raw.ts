import { connect, type AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import type { Answer } from './expect-answer.js';

/**
 * Sends a request to the letter: the target as written, header lines repeated or malformed, bytes that no client
 * library would send. Strings are Latin-1: a character is a byte.
 */
export async function askRaw(
  app: INestApplication,
  target: string,
  lines: readonly string[] = [],
  method = 'GET',
): Promise<Answer> {
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  const head = [`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', ...lines];
  return read(await exchange(port, `${head.join('\r\n')}\r\n\r\n`));
}

async function exchange(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(request, 'latin1'));
    socket.on('data', (chunk) => received.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(Buffer.concat(received).toString('latin1'));
    });
  });
}

function read(response: string): Answer {
  const [head = '', ...rest] = response.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(lines.map(headerOf));
  return { status: Number(statusLine.split(' ')[1]), headers, text: rest.join('\r\n\r\n') };
}

function headerOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
