import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SignedHeaders } from './signed-headers.js';

/** HMAC-SHA-256 with the secret; `v1a,` is ed25519, which Clerk does not use. */
const VERSION = 'v1,';

/**
 * Whether one of the signatures belongs to these bytes, this id, this timestamp and one of the keys. The bytes as they
 * came are signed, not the text that they decode to: invalid UTF-8 would pass under the signature of `U+FFFD`.
 *
 * Written here on `node:crypto`: `standardwebhooks`, which the official client uses, takes twenty times as long.
 */
export function isSigned(
  { id, timestamp, signature }: SignedHeaders,
  bytes: Uint8Array,
  keys: readonly Buffer[],
): boolean {
  const given = signature
    .split(' ')
    .filter((one) => one.startsWith(VERSION))
    .map((one) => Buffer.from(one.slice(VERSION.length)));
  return keys
    .map((key) => signatureOf(key, `${id}.${timestamp}.`, bytes))
    .some((expected) => given.some((one) => isSame(one, expected)));
}

/** As text: several texts decode to the same bytes, and only one of them was sent. */
function signatureOf(key: Buffer, before: string, bytes: Uint8Array): Buffer {
  return Buffer.from(createHmac('sha256', key).update(before).update(bytes).digest('base64'));
}

function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
