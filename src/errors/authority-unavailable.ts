import type { AuthorityUnavailableCode } from './error-code.js';

/** Whole seconds that callers are told to wait when Clerk itself named no time. */
export const DEFAULT_RETRY_AFTER = 5;

/**
 * Clerk could not be asked, or its answer could not be understood: nobody knows whether the caller is signed in.
 * Never the same as "signed out". Becomes 503 in `access/`.
 */
export class AuthorityUnavailable extends Error {
  /** The name of the class. */
  override readonly name = 'AuthorityUnavailable';
  /** The stable reason, for programs. */
  readonly code: AuthorityUnavailableCode = 'authority_unavailable';

  constructor(
    message: string,
    /** Whole seconds after which Clerk said that asking again makes sense (RFC 9110 section 10.2.3). */
    readonly retryAfter?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
