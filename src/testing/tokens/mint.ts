import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Directory } from '../directory/directory.js';
import { randomId } from '../random.js';
import type { Instance } from '../instance.js';
import type { Settings } from '../settings.js';
import { sessionIdOf } from '../signed-in.js';
import { signJws } from './jws.js';
import type { TokenAlgorithm } from './jws.js';
import type { MintSpec } from './mint-spec.js';
import { publicPem } from './signing-keys.js';
import type { SigningKey } from './signing-keys.js';

/** Clerk's category of session tokens; JWT templates and machines have others. */
const SESSION_CATEGORY = 'cl_B7d4PD111AAA';

/** Makes any session token, right or wrong. */
export function mint(spec: MintSpec, instance: Instance): string {
  const { keys } = instance;
  const { algorithm = 'RS256', key = 'current' } = spec;
  const header = { alg: algorithm, cat: SESSION_CATEGORY, kid: keys.current.kid, typ: 'JWT' };
  const claims = { ...usualClaims(spec, instance), ...spec.claims };
  const token = { header: { ...header, ...spec.header }, claims };
  if (typeof key === 'object') return signJws(token, algorithm, key);
  return signJws(token, algorithm, keyFor(algorithm, keys[key]));
}

/** What Clerk itself would say. */
function usualClaims(spec: MintSpec, instance: Instance): Record<string, unknown> {
  return {
    azp: 'http://localhost:3000',
    ...timesOf(spec, instance.settings),
    iss: instance.settings.issuer,
    jti: randomBytes(10).toString('hex'),
    ...subjectOf(spec, instance.directory),
    ...(spec.version === 1 ? {} : { fva: [0, -1], v: 2 }),
  };
}

/** Times in a token are whole seconds since 1970 (RFC 7519 NumericDate). */
function timesOf(spec: MintSpec, { now, tokenLifetime }: Settings): object {
  const { expiresIn = tokenLifetime, issuedAt = 0, notBefore = -10 } = spec;
  const seconds = Math.floor(now() / 1000);
  return { exp: seconds + expiresIn, iat: seconds + issuedAt, nbf: seconds + notBefore };
}

function subjectOf(spec: MintSpec, { users, sessions }: Directory): object {
  const { session: wanted, user = 'ada' } = spec;
  if (wanted === undefined) {
    return { sid: randomId('sess'), sts: 'active', sub: users.named(user).id };
  }
  const session = sessions.require(sessionIdOf(wanted));
  const sts = session.status === 'pending' ? 'pending' : 'active';
  return { sid: session.id, sts, sub: session.userId };
}

function keyFor(algorithm: TokenAlgorithm, pair: SigningKey): KeyObject {
  if (algorithm === 'HS256') return createSecretKey(Buffer.from(publicPem(pair)));
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  return pair.privateKey;
}
