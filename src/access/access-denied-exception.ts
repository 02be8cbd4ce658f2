import { HttpStatus } from '@nestjs/common';
import type { AccessDeniedCode } from '../errors/error-code.js';
import type { Reverification } from '../session/requirements.js';
import { Refusal, type ErrorBody, type RefusalOptions } from './refusal.js';

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
  /** What must be proved again, for `reverification_required`. */
  readonly reverification: Reverification | undefined;
  private readonly isBodyChosen: boolean;

  constructor(code: AccessDeniedCode = 'access_denied', options: AccessDeniedOptions = {}) {
    const { reverification, errorBody = 'problem' } = options;
    super(code, HttpStatus.FORBIDDEN, { ...options, errorBody }, stepUp(code, reverification));
    this.reverification = reverification;
    this.isBodyChosen = options.errorBody !== undefined;
  }

  override headers(): Readonly<Record<string, string>> {
    return {};
  }

  /** A front end can help with a 403, if it is told why: there always is a body, unless the exception wants none. */
  override bodyUnder(option: ErrorBody): ErrorBody {
    return this.isBodyChosen || option === 'none' ? super.bodyUnder(option) : option;
  }
}

/** Clerk's front-end hooks (`useReverification`) look for exactly this, and open the dialogue by themselves. */
function stepUp(
  code: AccessDeniedCode,
  reverification: Reverification | undefined,
): Readonly<Record<string, unknown>> {
  if (code !== 'reverification_required') return {};
  const metadata = { reverification };
  return { clerk_error: { type: 'forbidden', reason: 'reverification-error', metadata } };
}
