import { request as ask } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { RawBodyRequest } from '@nestjs/common';

/** Headers of one connection and not of the message (RFC 9110 section 7.6.1). */
const OF_THE_CONNECTION = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

interface Destination {
  readonly url: string;
  readonly path: string;
}

/**
 * Asks the other server the same and hands its answer back, cookies included. The path is never resolved against the URL:
 * `//evil.example` would lead there, as it did in Clerk's own proxy once.
 */
export function forward(
  request: RawBodyRequest<IncomingMessage>,
  { url, path }: Destination,
  response: ServerResponse,
): void {
  const { method, rawBody } = request;
  const headers = { ...ofTheMessage(request.headers), ...lengthOf(rawBody) };
  // Nest has unpacked what it has parsed: only the length and the encoding of before speak of it as packed.
  if (rawBody !== undefined) delete headers['content-encoding'];
  const question = ask(url, { method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, ofTheMessage(answer.headers));
    answer.pipe(response);
  });
  question.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  });
  // What Nest has parsed is read to its end; what it has no parser for still waits.
  if (request.readableEnded) question.end(rawBody);
  else request.pipe(question);
}

function lengthOf(body: Buffer | undefined): OutgoingHttpHeaders {
  return body === undefined ? {} : { 'content-length': body.length };
}

/** Without those of the connection, also those that the message itself names so. */
function ofTheMessage(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !OF_THE_CONNECTION.includes(name) && !named.includes(name),
    ),
  );
}
