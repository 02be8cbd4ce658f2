import type { KeyObject } from 'node:crypto';
import type { SessionTokenText } from '../credentials/token-shape.js';
import type { JwsReader } from './compact-jws.js';
import { eventually, type Eventually } from './eventually.js';
import type { KeySource } from './key-source.js';
import { rejected, type Rejected } from './verdict.js';
import type { Signer } from './verified-token.js';

const NONE: readonly KeyObject[] = [];

/** What finding the key takes besides the token. */
export interface SignatureCheck {
  readonly keys: KeySource;
  readonly jws: JwsReader;
}

/** The key that made the signature. */
export interface Signed {
  readonly kind: 'signed';
  readonly signer: Signer;
}

/**
 * Which of the instance's keys signed this token? Keys that came after the others were tried are tried as well, so that
 * a key exchanged under the same id refuses nobody.
 *
 * @throws AuthorityUnavailable when the keys cannot be fetched
 */
export function findSigningKey(
  token: SessionTokenText,
  keyId: string | undefined,
  { keys, jws }: SignatureCheck,
): Eventually<Signed | Rejected> {
  const signedByOneOf = (candidates: readonly KeyObject[]): Signed | undefined => {
    const key = candidates.find((candidate) => jws.isSignedBy(token, candidate));
    return key === undefined ? undefined : { kind: 'signed', signer: { key, keyId } };
  };
  return eventually(keys.candidates(keyId), (known) => {
    if (known.length === 0) return rejected('token_key_unknown');
    return (
      signedByOneOf(known) ??
      eventually(
        keys.newcomers?.(keyId, known) ?? NONE,
        (newcomers) => signedByOneOf(newcomers) ?? rejected('token_signature_invalid'),
      )
    );
  });
}
