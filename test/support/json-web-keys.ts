import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Jwk, LocalClerk } from 'nestjs-clerk-auth/testing';
import { askBackend } from './ask-backend.js';

/** A pair of keys, the public half ready for a JWKS. */
export interface Pair {
  readonly jwk: Jwk;
  readonly pem: string;
  readonly privateKey: KeyObject;
}

/** An RSA pair of a size of one's own. */
export function rsaPair(kid: string, modulusLength = 2048): Pair {
  return pairOf(kid, generateKeyPairSync('rsa', { modulusLength }));
}

/** A pair on an elliptic curve. */
export function ecPair(kid: string): Pair {
  return pairOf(kid, generateKeyPairSync('ec', { namedCurve: 'P-256' }));
}

/** The keys that a Clerk publishes. */
export async function publishedKeys(clerk: LocalClerk): Promise<Jwk[]> {
  return (await askBackend(clerk, '/v1/jwks')).body.keys as Jwk[];
}

function pairOf(kid: string, pair: { publicKey: KeyObject; privateKey: KeyObject }): Pair {
  const { publicKey, privateKey } = pair;
  const jwk = { kid, use: 'sig', ...publicKey.export({ format: 'jwk' }) };
  return { jwk, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(), privateKey };
}
