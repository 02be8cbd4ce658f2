import type { KeyObject } from 'node:crypto';
import type { SessionClaims } from './session-claims.js';

/** A token whose signature was checked, and with which key. */
export interface VerifiedToken {
  readonly token: string;
  readonly keyId: string | undefined;
  readonly key: KeyObject;
  readonly claims: SessionClaims;
}
