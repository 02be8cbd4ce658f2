import type { KeyObject } from 'node:crypto';
import type { TokenAlgorithm } from './jws.js';

/** What a JWT may be told. Without options it is a good one; every option changes one thing and nothing else. */
export interface TokenSpec {
  /** Claims that replace or join the usual ones. `undefined` removes one. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;

  /** Header members that replace or join the usual `alg`, `cat`, `kid`, `typ`. `undefined` removes one. */
  readonly header?: Readonly<Record<string, unknown>> | undefined;

  /**
   * `exp`, in seconds from now; negative for a token that has expired.
   * @default for a session the `tokenLifetime` of this Clerk, for a machine an hour, for OAuth a day
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
