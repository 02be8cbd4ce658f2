import { clerkError, refusal } from '../http/reply.js';
import type { Answer } from '../http/reply.js';

/** In answer to this clerk-js asks for the client again, and forgets what is over. */
export function signedOut(): Answer {
  const message = 'Unable to authenticate the request, you need to supply an active session';
  return clerkError(401, 'authentication_invalid', message);
}

export function organizationMissing(): Answer {
  const message = 'There is no such organization, or you are no member of it';
  return clerkError(404, 'organization_not_found_or_unauthorized', message);
}

/** clerk-js then shows the session that is there. */
export function alreadySignedIn(sessionId: string): Answer {
  const message = "You're already signed in.";
  const meta = { session_id: sessionId };
  return refusal(400, {
    code: 'identifier_already_signed_in',
    message,
    long_message: message,
    meta,
  });
}

/** They have no session, and get none. */
export function userBanned(): Answer {
  return clerkError(403, 'user_banned', 'You have been banned from signing in.');
}

/**
 * Something is wrong with a field: Clerk's form shows it there, in the reader's own language if it knows the code.
 * @param field as the API calls it, such as `email_address`
 */
export function formError(code: string, field: string, message: string): Answer {
  const meta = { param_name: field };
  return refusal(422, { code, message, long_message: message, meta });
}
