import { createHmac, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/**
 * How a token is signed. Clerk signs with `RS256` alone; the others are what an attacker tries:
 * `ES256` with a key nobody knows, `HS256` with the public PEM as secret (the classic confusion), `none` with no signature.
 */
export type TokenAlgorithm = 'RS256' | 'RS512' | 'ES256' | 'HS256' | 'none';

/** Header and claims before they are signed. A member that is `undefined` is not written. */
export interface UnsignedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A compact JWS (RFC 7515 section 7.1). What the header says of the algorithm is not looked at: lies can be signed too. */
export function signJws(token: UnsignedToken, algorithm: TokenAlgorithm, key: KeyObject): string {
  const signed = `${encode(token.header)}.${encode(token.claims)}`;
  const signature = signatureOf(Buffer.from(signed), algorithm, key);
  return `${signed}.${signature.toString('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function signatureOf(signed: Buffer, algorithm: TokenAlgorithm, key: KeyObject): Buffer {
  switch (algorithm) {
    case 'RS256':
      return sign('sha256', signed, key);
    case 'RS512':
      return sign('sha512', signed, key);
    case 'ES256':
      return sign('sha256', signed, { key, dsaEncoding: 'ieee-p1363' });
    case 'HS256':
      return createHmac('sha256', key).update(signed).digest();
    case 'none':
      return Buffer.alloc(0);
    default:
      return algorithm satisfies never;
  }
}
