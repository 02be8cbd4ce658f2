import { isUint8Array } from 'node:util/types';
import type { BodyRead } from './read-at-most.js';

/** The bytes of a request, or why there are none. */
export type RawBody =
  | BodyRead
  /** Somebody has read and parsed them, and kept nothing else. */
  | { readonly kind: 'parsed' };

const READ: unique symbol = Symbol.for('nestjs-clerk-auth:raw-body');

interface MaybeRead {
  [READ]?: RawBody;
  readonly raw?: MaybeRead;
  readonly rawBody?: unknown;
  readonly body?: unknown;
}

/** Keeps on Node's own request what was read of its body. */
export function keepRawBody(request: object, body: RawBody): void {
  Object.defineProperty(request, READ, { value: body, configurable: true });
}

/**
 * Leaves on a request of Express what parsers would have: by the end of a path alone it may be another route's. Nothing is
 * parsed unless somebody looks.
 */
export function leaveForParsers(request: object, bytes: Buffer): void {
  const property = { configurable: true, enumerable: true };
  Object.defineProperty(request, 'rawBody', { ...property, value: bytes, writable: true });
  Object.defineProperty(request, 'body', {
    ...property,
    get: () => parsed(bytes.toString()),
    set(this: object, value: unknown) {
      Object.defineProperty(this, 'body', { ...property, value, writable: true });
    },
  });
}

/**
 * What was kept for a request of Express or Fastify, or what others left of the bytes: `rawBody`, or a parser that parses
 * nothing. A parsed body is never written anew: those would be other bytes than the ones that were signed.
 */
export function rawBodyOf(request: object): RawBody {
  const { raw, rawBody, body, [READ]: own } = request as MaybeRead;
  const kept = own ?? raw?.[READ];
  if (kept !== undefined) return kept;
  for (const candidate of [rawBody, raw?.rawBody, body, raw?.body]) {
    if (typeof candidate === 'string') return { kind: 'read', bytes: Buffer.from(candidate) };
    if (isUint8Array(candidate)) return { kind: 'read', bytes: asBuffer(candidate) };
  }
  return { kind: 'parsed' };
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
