import { HttpStatus } from '@nestjs/common';
import type { UnauthenticatedCode } from '../errors/error-code.js';
import { Refusal, type RefusalOptions } from './refusal.js';

/**
 * The caller is not signed in, or cannot prove it: 401 with `WWW-Authenticate: Bearer` (RFC 6750 section 3), and no
 * body unless `errorBody` asks for one. `code` says why, in one of the words of `UnauthenticatedCode`.
 */
export class UnauthenticatedException extends Refusal<UnauthenticatedCode> {
  override readonly title = 'Unauthorized';
  constructor(code: UnauthenticatedCode = 'session_required', options?: RefusalOptions) {
    super(code, HttpStatus.UNAUTHORIZED, options);
  }

  /** Without a credential there is no `error` to name (RFC 6750 section 3.1). */
  override headers(): Readonly<Record<string, string>> {
    const isNobody = this.code === 'session_required' || this.code === 'token_required';
    const challenge = isNobody ? 'Bearer' : 'Bearer error="invalid_token"';
    return { 'WWW-Authenticate': challenge };
  }
}
