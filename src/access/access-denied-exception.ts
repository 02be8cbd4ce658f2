import { HttpStatus } from '@nestjs/common';
import type { AccessDeniedCode } from '../errors/error-code.js';
import type { Reverification } from '../session/requirements.js';
import { Refusal, type RefusalOptions } from './refusal.js';

/** What a 403 may be told besides its code. */
export interface AccessDeniedOptions extends RefusalOptions {
  /** What must be proved again, for `reverification_required`. */
  readonly reverification?: Reverification | undefined;
}

/**
 * The caller is signed in but may not do this: 403, with a body (unless `errorBody` is `'none'`) that says why in one of
 * the words of `AccessDeniedCode`. Throw it from a handler that decides for itself.
 */
export class AccessDeniedException extends Refusal<AccessDeniedCode> {
  override readonly title = 'Forbidden';
  readonly reverification: Reverification | undefined;

  constructor(code: AccessDeniedCode = 'access_denied', options: AccessDeniedOptions = {}) {
    super(code, HttpStatus.FORBIDDEN, { errorBody: 'problem', ...options });
    this.reverification = options.reverification;
  }

  override headers(): Readonly<Record<string, string>> {
    return {};
  }

  /** Clerk's front-end hooks (`useReverification`) look for exactly this, and open the dialogue by themselves. */
  override details(): Readonly<Record<string, unknown>> {
    if (this.code !== 'reverification_required') return {};
    const metadata = { reverification: this.reverification };
    return { clerk_error: { type: 'forbidden', reason: 'reverification-error', metadata } };
  }
}
