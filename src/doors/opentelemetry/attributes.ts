import type { Attributes } from '@opentelemetry/api';
import type { Authentication } from '../../session/authentication.js';

const RESULT = 'clerk.authentication.result';
const TOKEN_TYPE = 'clerk.token_type';
export const CODE = 'clerk.code';

/** What came of a look, in few values: none of them is a person's. */
export function attributesOf(authentication: Authentication): Attributes {
  switch (authentication.kind) {
    case 'authenticated':
      return { [RESULT]: 'success', [TOKEN_TYPE]: authentication.session.tokenType };
    case 'machine':
      return { [RESULT]: 'success', [TOKEN_TYPE]: authentication.machine.tokenType };
    case 'anonymous':
      return { [RESULT]: 'none' };
    case 'cross_site':
    case 'rejected':
      return { [RESULT]: 'failure', [CODE]: authentication.code };
    case 'unavailable':
      return { [RESULT]: 'unavailable', [CODE]: 'authority_unavailable' };
  }
}

/** Whose request it is, by the names of the semantic conventions. (`enduser.id` is deprecated.) For spans alone. */
export function idsIn(authentication: Authentication): Attributes {
  if (authentication.kind !== 'authenticated') return {};
  const { session } = authentication;
  return { 'user.id': session.userId, 'session.id': session.id };
}
