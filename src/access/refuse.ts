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
  for(denied: Denied): Refusal {
    switch (denied.kind) {
      case 'unauthenticated':
        return this.unauthenticated(denied.code);
      case 'denied':
        return withoutStack(
          () => new AccessDeniedException(denied.code, { reverification: denied.reverification }),
        );
      case 'unavailable':
        return this.unavailable(denied.reason);
    }
  }

  unauthenticated(code: UnauthenticatedCode): UnauthenticatedException {
    const { errorBody } = this;
    return withoutStack(() => new UnauthenticatedException(code, { errorBody }));
  }

  unavailable(reason: AuthorityUnavailable): AuthorityUnavailableException {
    const { errorBody } = this;
    return withoutStack(() => new AuthorityUnavailableException(reason, { errorBody }));
  }
}

/**
 * An expected refusal says why in its code. The stack would only show Nest, and collecting it costs more than all the
 * rest of refusing: whoever floods an API with strangers' requests should not be helped.
 */
function withoutStack<Made extends Refusal>(make: () => Made): Made {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
