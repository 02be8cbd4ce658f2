import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isStrongRsaKey } from '../config/public-keys.js';

/** The instance's public keys by key id. */
export type KeySet = ReadonlyMap<string, KeyObject>;

type PublishedKey = Readonly<Record<string, unknown>> & { readonly kid: string };

/**
 * The RSA signing keys of a JWK Set (RFC 7517 section 5) by key id; `undefined` when it is no such set. Keys of other
 * types, uses and algorithms are skipped. A Map, because a key id may be `__proto__`.
 */
export function readKeySet(body: unknown): KeySet | undefined {
  if (typeof body !== 'object' || body === null || !('keys' in body)) return undefined;
  if (!Array.isArray(body.keys)) return undefined;
  const published: unknown[] = body.keys;
  const keys = new Map<string, KeyObject>();
  for (const jwk of published.filter(isSigningKey)) {
    const key = importKey(jwk);
    if (key !== undefined) keys.set(jwk.kid, key);
  }
  return keys;
}

function isSigningKey(jwk: unknown): jwk is PublishedKey {
  if (typeof jwk !== 'object' || jwk === null) return false;
  const { kid, kty, use, alg } = jwk as Readonly<Record<string, unknown>>;
  if (typeof kid !== 'string' || kid === '' || kty !== 'RSA') return false;
  return (use === undefined || use === 'sig') && (alg === undefined || alg === 'RS256');
}

function importKey({ n, e }: PublishedKey): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: { kty: 'RSA', n, e } as JsonWebKey, format: 'jwk' });
    return isStrongRsaKey(key) ? key : undefined;
  } catch {
    return undefined;
  }
}
