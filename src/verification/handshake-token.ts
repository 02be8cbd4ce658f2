import { isSessionTokenShaped } from '../credentials/token-shape.js';
import type { Untrusted } from './compact-jws.js';
import { eventually, type Eventually } from './eventually.js';
import { checkHeader, keyIdOf } from './header-check.js';
import { findSigningKey, type SignatureCheck } from './signing-key.js';

/**
 * The `Set-Cookie` lines in a handshake token, the older form in which the Frontend API hands cookies back; `undefined`
 * for any text that is none. It is signed like a session token and bears no times. The category is looked at as with
 * session tokens: a JWT template is signed with the same key, and its author chooses the claims.
 *
 * @throws AuthorityUnavailable when the key cannot be fetched
 */
export function readHandshakeToken(
  token: string,
  check: SignatureCheck,
): Eventually<readonly string[] | undefined> {
  const jws = isSessionTokenShaped(token) ? check.jws.read(token) : undefined;
  if (jws === undefined || !isSessionTokenShaped(token)) return undefined;
  if (checkHeader(jws.header) !== undefined) return undefined;
  return eventually(findSigningKey(token, keyIdOf(jws.header), check), ({ kind }) =>
    kind === 'signed' ? linesIn(jws.payload) : undefined,
  );
}

/** A session token is signed like one, and what it says besides may be its user's own text. */
function linesIn({ handshake, sid }: Untrusted): readonly string[] | undefined {
  const areLines =
    sid === undefined &&
    Array.isArray(handshake) &&
    handshake.every((line) => typeof line === 'string');
  return areLines ? handshake : undefined;
}
