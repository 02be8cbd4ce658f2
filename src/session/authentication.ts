import type { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { CrossSiteCode, UnauthenticatedCode } from '../errors/error-code.js';
import type { Machine } from './machine.js';
import type { Session } from './session.js';

/** Who is this? All that can be the answer. */
export type Authentication =
  | {
      readonly kind: 'authenticated';
      readonly session: Session;
      /** Whether Clerk itself said just now that the session is active, rather than a token some time ago. */
      readonly live: boolean;
    }
  /** A machine, on a route that accepts its kind. */
  | { readonly kind: 'machine'; readonly machine: Machine }
  /** Nothing was presented. */
  | { readonly kind: 'anonymous' }
  /** A cookie that another site's page may have sent: nobody asked whether it is true. */
  | { readonly kind: 'cross_site'; readonly code: CrossSiteCode }
  /** Something was presented, and it is not true. */
  | { readonly kind: 'rejected'; readonly code: UnauthenticatedCode }
  /** Nobody knows: Clerk cannot be asked. */
  | { readonly kind: 'unavailable'; readonly reason: AuthorityUnavailable };
