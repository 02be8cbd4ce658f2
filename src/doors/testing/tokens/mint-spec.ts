import type { SessionRef } from '../signed-in.js';
import type { ClaimsVersion } from './session-claims.js';
import type { TokenSpec } from './token-spec.js';

/** The session token to make. */
export interface MintSpec extends TokenSpec {
  /**
   * The session it is for: gives `sid`, `sub` and everything else that Clerk says about a session, whatever its status.
   * @default none: `sid` is a session that this Clerk does not know
   */
  readonly session?: SessionRef | undefined;

  /**
   * Whose token, by name, when no session is given.
   * @default 'ada'
   */
  readonly user?: string | undefined;

  /**
   * The version of Clerk's claims. 1 has no `v`, spells the organization out and knows neither features nor plans.
   * @default 2
   */
  readonly version?: ClaimsVersion | undefined;
}
