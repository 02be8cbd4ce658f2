import type { UnauthenticatedCode } from '../errors/error-code.js';
import type { MachineRecord } from './machine-record.js';
import type { SessionClaims } from './session-claims.js';
import type { SessionRecord } from './session-record.js';

/** Proved by a signature: the token's claims are true. */
export interface TokenAccepted {
  readonly kind: 'token';
  readonly claims: SessionClaims;
  /** Whether the token was in the cache; then the claims are the same object as before, and frozen. */
  readonly remembered: boolean;
  /** Whether Clerk said just now that the session is active. */
  readonly isConfirmed?: true;
}

/** Proved by Clerk's word: its own record of the session. */
export interface RecordAccepted {
  readonly kind: 'record';
  readonly record: SessionRecord;
}

/** A machine's token, proved by Clerk's word or by its signature. */
export interface MachineAccepted {
  readonly kind: 'machine';
  readonly machine: MachineRecord;
}

/** Not true, and why. */
export interface Rejected {
  readonly kind: 'rejected';
  readonly code: UnauthenticatedCode;
}

/** Is it true? */
export type Verdict = TokenAccepted | RecordAccepted | MachineAccepted | Rejected;

/** A refusal as a value: inside the rooms nothing is thrown for a caller who is merely not signed in. */
export function rejected(code: UnauthenticatedCode): Rejected {
  return { kind: 'rejected', code };
}
