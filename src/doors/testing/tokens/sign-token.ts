import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { signJws } from './jws.js';
import type { TokenAlgorithm, UnsignedToken } from './jws.js';
import { publicPem } from './signing-keys.js';
import type { SigningKey, SigningKeys } from './signing-keys.js';
import type { TokenSpec } from './token-spec.js';

/** What a token usually says, changed as the spec says, and signed. `alg`, `kid` and `typ` need not be given. */
export function signToken(usual: UnsignedToken, spec: TokenSpec, keys: SigningKeys): string {
  const { algorithm = 'RS256', key = 'current' } = spec;
  const standard = { alg: algorithm, kid: keys.current.kid, typ: 'JWT' };
  const token = {
    header: { ...standard, ...usual.header, ...spec.header },
    claims: { ...usual.claims, ...spec.claims },
  };
  if (typeof key === 'object') return signJws(token, algorithm, key);
  return signJws(token, algorithm, keyFor(algorithm, keys[key]));
}

function keyFor(algorithm: TokenAlgorithm, pair: SigningKey): KeyObject {
  if (algorithm === 'HS256') return createSecretKey(Buffer.from(publicPem(pair)));
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  return pair.privateKey;
}
