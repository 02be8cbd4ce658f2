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
