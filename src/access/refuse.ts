import type { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { UnauthenticatedCode } from '../errors/error-code.js';
import type { Decision } from '../policy/decide.js';
import { AccessDeniedException } from './access-denied-exception.js';
import { AuthorityUnavailableException } from './authority-unavailable-exception.js';
import type { ErrorBody, Refusal } from './refusal.js';
import { UnauthenticatedException } from './unauthenticated-exception.js';

type Denied = Exclude<Decision, { readonly kind: 'pass' | 'pass_unchecked' }>;

/** The only place where refusals are made. */
export class Refusals {
  constructor(readonly errorBody: ErrorBody) {}

  /** The refusal that a decision calls for. */
  for(denial: Denied): Refusal {
    switch (denial.kind) {
      case 'unauthenticated':
        return this.unauthenticated(denial.code);
      case 'denied':
        return new AccessDeniedException(denial.code, { reverification: denial.reverification });
      case 'unavailable':
        return this.unavailable(denial.reason);
    }
  }

  unauthenticated(code: UnauthenticatedCode): UnauthenticatedException {
    return new UnauthenticatedException(code, { errorBody: this.errorBody });
  }

  unavailable(reason: AuthorityUnavailable): AuthorityUnavailableException {
    return new AuthorityUnavailableException(reason, { errorBody: this.errorBody });
  }
}
