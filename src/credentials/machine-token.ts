import type { MachineTokenCredential } from './credential.js';
import { isSessionTokenShaped } from './token-shape.js';
import type { MachineTokenType } from './token-type.js';
import type { UnverifiedReader } from './unverified-claims.js';

const PREFIXES: readonly (readonly [prefix: string, type: MachineTokenType])[] = [
  ['ak_', 'api_key'],
  ['mt_', 'm2m_token'],
  ['oat_', 'oauth_token'],
];

/** Of an OAuth access token that is a JWT (RFC 9068 section 2.1), as Clerk reads it: in this case only. */
const ACCESS_TOKEN_TYPES: ReadonlySet<unknown> = new Set(['at+jwt', 'application/at+jwt']);

/** The opaque kinds, which tell themselves by how they begin. */
export function opaqueTypeOf(token: string): MachineTokenType | undefined {
  return PREFIXES.find(([prefix]) => token.startsWith(prefix))?.[1];
}

/** A text as a machine's token; `undefined` for any other text. Proves nothing: it chooses a check. */
export function readMachineToken(
  token: string,
  unverified: UnverifiedReader,
): MachineTokenCredential | undefined {
  const opaque = opaqueTypeOf(token);
  if (opaque !== undefined) return { kind: 'machine_token', type: opaque, format: 'opaque', token };
  if (!isSessionTokenShaped(token)) return undefined;
  const type = jwtTypeOf(token, unverified);
  return type === undefined ? undefined : { kind: 'machine_token', type, format: 'jwt', token };
}

/** A machine's subject outranks whatever `typ` says, as with Clerk. */
function jwtTypeOf(token: string, unverified: UnverifiedReader): MachineTokenType | undefined {
  if (isMachineId(unverified.peek(token)?.sub)) return 'm2m_token';
  return isAccessTokenType(unverified.peekHeader(token)?.typ) ? 'oauth_token' : undefined;
}

export function isMachineId(subject: unknown): subject is string {
  return typeof subject === 'string' && subject.startsWith('mch_');
}

export function isAccessTokenType(type: unknown): boolean {
  return ACCESS_TOKEN_TYPES.has(type);
}
