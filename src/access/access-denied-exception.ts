import { HttpStatus } from '@nestjs/common';
import type { AccessDeniedCode } from '../errors/error-code.js';
import { Refusal, type RefusalOptions } from './refusal.js';

/** The caller is signed in but may not do this: 403. Throw it from a handler that decides for itself. */
export class AccessDeniedException extends Refusal<AccessDeniedCode> {
  override readonly title = 'Forbidden';
  constructor(code: AccessDeniedCode = 'access_denied', options?: RefusalOptions) {
    super(code, HttpStatus.FORBIDDEN, options);
  }

  override headers(): Readonly<Record<string, string>> {
    return {};
  }
}
