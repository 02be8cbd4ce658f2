import { AsyncResource } from 'node:async_hooks';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { endsInPath } from './ends-in-path.js';
import { keepRawBody, leaveForParsers, rawBodyOf } from './raw-body.js';
import { readAtMost } from './read-at-most.js';
import { runFirst, type FastifyRoute, type ServerBelow } from './server-below.js';

/** A route that needs the bytes as they came. */
export interface RawBytesRoute {
  /** Without slashes around it. Prefix and version before it need not be known. */
  readonly path: string;
  /** What Fastify's configuration of the route says under `RAW_BYTES`. */
  readonly mark: object;
  /** Bytes. */
  readonly limit: number;
  /** Whether a request is worth reading: another one is left to the parsers. */
  readonly isExpected: (headers: IncomingHttpHeaders) => boolean;
  /** Answers a request that is too large before anything else could read on. */
  readonly refuse: (request: IncomingMessage, response: ServerResponse) => void;
}

/** Where the mark of a route stands in its configuration for Fastify. */
export const RAW_BYTES = 'nestjs-clerk-auth:raw-bytes';

/** Has the bytes of a route kept, before any parser, whatever the application makes of bodies elsewhere. */
export function keepRawBytes(server: ServerBelow, route: RawBytesRoute): void {
  switch (server.kind) {
    case 'express':
      runFirst(server, (request, response, next) => {
        readBeforeParsers(route, request, response, next);
      });
      return;
    case 'fastify':
      server.instance.addHook('onRoute', (added) => {
        if (added.config?.[RAW_BYTES] === route.mark) readInPlaceOfParsers(route, added);
      });
  }
}

/** Express: parsers pass over a stream that has ended. */
function readBeforeParsers(
  { path, limit, isExpected, refuse }: RawBytesRoute,
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
): void {
  const isOurs =
    request.method === 'POST' &&
    isUnread(request) &&
    isExpected(request.headers) &&
    endsInPath(request.url ?? '', path);
  if (!isOurs) {
    next();
    return;
  }
  // The end of a stream is told in the context of its socket: what an application keeps in an AsyncLocalStorage would be
  // gone for the rest of the request.
  const goOn = AsyncResource.bind(next);
  readAtMost(request, limit, (body) => {
    keepRawBody(request, body);
    if (body.kind === 'too_large') {
      // Parsers would read on where this has stopped.
      refuse(request, response);
      return;
    }
    leaveForParsers(request, body.bytes);
    goOn();
  });
}

/** What hooks of Fastify before a parser are given. */
interface FastifyRequest {
  readonly raw: IncomingMessage;
}

type HandOn = (error: null, payload: Readable) => void;

/** Fastify: the parser gets an empty object in the place of the payload, whatever its type and length. */
function readInPlaceOfParsers({ limit, isExpected }: RawBytesRoute, added: FastifyRoute): void {
  added.bodyLimit = Number.MAX_SAFE_INTEGER;
  const read = ({ raw }: FastifyRequest, _: unknown, payload: Readable, done: HandOn): void => {
    const handOn = AsyncResource.bind(() => {
      done(null, emptyObject(raw));
    });
    if (!isUnread(raw) || !isExpected(raw.headers)) {
      // What others left is looked for now: the empty object would be taken for it.
      keepRawBody(raw, rawBodyOf(raw));
      handOn();
      return;
    }
    readAtMost(payload, limit, (body) => {
      keepRawBody(raw, body);
      handOn();
    });
  };
  added.preParsing = [added.preParsing ?? [], read].flat();
}

/** In the words of a request that Fastify finds nothing wrong with. */
function emptyObject({ headers }: IncomingMessage): Readable {
  const text = Buffer.from('{}');
  headers['content-type'] = 'application/json';
  if (headers['content-length'] !== undefined) headers['content-length'] = String(text.length);
  return Readable.from([text]);
}

/** Once somebody has begun to read, what is left is not the body. */
function isUnread(request: IncomingMessage): boolean {
  return !request.readableDidRead && !request.readableEnded;
}
