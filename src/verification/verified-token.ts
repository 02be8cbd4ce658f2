import type { KeyObject } from 'node:crypto';
import type { SessionClaims } from './session-claims.js';

/** Who vouched for a token. */
export interface Signer {
  readonly keyId: string | undefined;
  readonly key: KeyObject;
}

/** A token whose signature was checked, and with which key. */
export interface VerifiedText extends Signer {
  readonly token: string;
}

/** The same with its claims, frozen: every request that brings it is given the same ones. */
export interface VerifiedToken extends VerifiedText {
  readonly claims: SessionClaims;
}
