import { HttpStatus } from '@nestjs/common';
import { DEFAULT_RETRY_AFTER, type AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { AuthorityUnavailableCode } from '../errors/error-code.js';
import { Refusal, type RefusalOptions } from './refusal.js';

/** Clerk cannot be asked, so nobody knows who is calling: 503 with `Retry-After`, never 401. `cause` says what failed. */
export class AuthorityUnavailableException extends Refusal<AuthorityUnavailableCode> {
  override readonly title = 'Service Unavailable';
  /** Whole seconds. */
  readonly retryAfter: number;

  constructor(reason: AuthorityUnavailable, options?: Omit<RefusalOptions, 'cause'>) {
    super(reason.code, HttpStatus.SERVICE_UNAVAILABLE, { ...options, cause: reason });
    this.retryAfter = reason.retryAfter ?? DEFAULT_RETRY_AFTER;
  }

  override headers(): Readonly<Record<string, string>> {
    return { 'Retry-After': String(this.retryAfter) };
  }
}
