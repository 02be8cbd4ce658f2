import type { KeyObject } from 'node:crypto';
import type { SessionRef } from '../signed-in.js';
import type { TokenAlgorithm } from './jws.js';

/** A token to wish for. Without any wish it is a good one; every wish changes one thing and nothing else. */
export interface MintSpec {
  /**
   * The session it is for: gives `sid`, `sub` and `sts`, whatever the session's status.
   * @default none: `sid` is a session that this Clerk does not know
   */
  readonly session?: SessionRef | undefined;

  /**
   * Whose token, by name, when no session is given.
   * @default 'ada'
   */
  readonly user?: string | undefined;

  /**
   * The version of Clerk's claims. 1 has neither `v` nor `fva`.
   * @default 2
   */
  readonly version?: 1 | 2 | undefined;

  /** Claims that replace or join the usual ones. `undefined` removes one. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;

  /** Header members that replace or join the usual `alg`, `cat`, `kid`, `typ`. `undefined` removes one. */
  readonly header?: Readonly<Record<string, unknown>> | undefined;

  /**
   * `exp`, in seconds from now; negative for a token that has expired.
   * @default the `tokenLifetime` of this Clerk
   */
  readonly expiresIn?: number | undefined;

  /**
   * `iat`, in seconds from now; negative for the past.
   * @default 0
   */
  readonly issuedAt?: number | undefined;

  /**
   * `nbf`, in seconds from now; negative for the past.
   * @default -10, as Clerk does
   */
  readonly notBefore?: number | undefined;

  /**
   * What it is signed with: the key that Clerk uses now, a `'foreign'` one that Clerk does not know (under the `kid` of the
   * current one), or any key of yours.
   * @default 'current'
   */
  readonly key?: 'current' | 'foreign' | KeyObject | undefined;

  /**
   * What it is signed by; also the `alg` of the header unless `header` says otherwise.
   * @default 'RS256'
   */
  readonly algorithm?: TokenAlgorithm | undefined;
}
