import type { Directory } from '../directory/directory.js';
import type { SignInRecord } from '../directory/sign-ins.js';
import { faceOf } from '../user-members.js';

/** How far somebody has come with signing in, and what may be tried next. */
export function signInResource(signIn: SignInRecord, { users }: Directory): object {
  return {
    object: 'sign_in',
    id: signIn.id,
    status: signIn.createdSessionId === null ? 'needs_first_factor' : 'complete',
    identifier: signIn.identifier,
    supported_identifiers: ['email_address'],
    supported_first_factors: [{ strategy: 'password' }],
    supported_second_factors: [],
    first_factor_verification: null,
    second_factor_verification: null,
    user_data: faceOf(users.require(signIn.userId)),
    created_session_id: signIn.createdSessionId,
    timezone: null,
  };
}
