import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isStrongRsaKey } from '../config/public-keys.js';

/** The instance's public keys by key id. Two keys may share an id: then either may have signed. */
export type KeySet = ReadonlyMap<string, readonly KeyObject[]>;

type PublishedKey = Readonly<Record<string, unknown>> & { readonly kid: string };

/**
 * The RSA signing keys of a JWK Set (RFC 7517 section 5) by key id; `undefined` when it is no such set. Keys of other
 * types, uses and algorithms are skipped. A Map, because a key id may be `__proto__`.
 */
export function readKeySet(body: unknown): KeySet | undefined {
  if (typeof body !== 'object' || body === null || !('keys' in body)) return undefined;
  if (!Array.isArray(body.keys)) return undefined;
  const published: unknown[] = body.keys;
  const keys = new Map<string, readonly KeyObject[]>();
  for (const jwk of published.filter(isSigningKey)) {
    const key = importKey(jwk);
    const known = keys.get(jwk.kid) ?? [];
    if (key === undefined || known.some((other) => other.equals(key))) continue;
    keys.set(jwk.kid, [...known, key]);
  }
  return keys;
}

function isSigningKey(jwk: unknown): jwk is PublishedKey {
  if (typeof jwk !== 'object' || jwk === null) return false;
  const { kid, kty, use, alg, key_ops: operations } = jwk as Readonly<Record<string, unknown>>;
  if (typeof kid !== 'string' || kid === '' || kty !== 'RSA') return false;
  return (
    (isAbsent(use) || use === 'sig') &&
    (isAbsent(alg) || alg === 'RS256') &&
    (isAbsent(operations) || mayVerify(operations))
  );
}

/** Many publishers write a member that they leave out as `null` or empty. */
function isAbsent(member: unknown): boolean {
  return member === undefined || member === null || member === '';
}

/** `key_ops` (RFC 7517 section 4.3) is a list; an empty one says nothing. */
function mayVerify(operations: unknown): boolean {
  if (!Array.isArray(operations)) return false;
  return operations.length === 0 || operations.includes('verify');
}

function importKey({ n, e }: PublishedKey): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: { kty: 'RSA', n, e } as JsonWebKey, format: 'jwk' });
    return isStrongRsaKey(key) ? key : undefined;
  } catch {
    return undefined;
  }
}
