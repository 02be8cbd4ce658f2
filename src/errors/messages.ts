import type {
  AccessDeniedCode,
  AuthorityUnavailableCode,
  UnauthenticatedCode,
} from './error-code.js';

/** A sentence for each refusal: what is wrong and what to do. The same for everybody: it gives no dates or names away. */
export const MESSAGES: Readonly<
  Record<UnauthenticatedCode | AccessDeniedCode | AuthorityUnavailableCode, string>
> = {
  session_required: 'Sign in first: this needs a session.',
  token_required: 'Send a token of a kind that is accepted here.',
  authorization_malformed: 'Send one Authorization header of the form "Bearer <token>".',
  token_malformed: 'The session token cannot be read: send it as Clerk issued it.',
  token_algorithm_unsupported: 'The token is not signed with RS256: send a session token of Clerk.',
  token_type_unsupported: 'This kind of token is not accepted here.',
  token_critical_header_unsupported: 'The token demands extensions that are not understood here.',
  token_key_unknown: 'The token was not signed with a key of this Clerk instance.',
  token_signature_invalid: 'The signature of the token does not hold.',
  token_claims_invalid: 'The token lacks what every session token carries.',
  token_expired: 'The token has run out: get a fresh one.',
  token_not_yet_valid: 'The token is not valid yet: check the clocks.',
  token_issued_in_future: 'The token was issued in the future: check the clocks.',
  token_issuer_mismatch: 'The token comes from another Clerk instance.',
  token_authorized_party_mismatch: 'The token was issued to a site that is not accepted here.',
  token_audience_mismatch: 'The token is meant for somebody else.',
  client_signed_out:
    'The browser has signed out, or changed, since the token was issued: get a fresh one.',
  client_uat_missing: 'The cookie __client_uat is missing: sign in again.',
  session_id_malformed: 'Give one well-formed session id as _clerk_session_id, or none.',
  session_mismatch: 'The session is not the one that was asked for.',
  client_token_malformed: 'The client token cannot be read.',
  client_token_unsupported: 'Client tokens are not accepted here: send a session token.',
  client_token_invalid: 'Clerk does not know this client: sign in again.',
  no_active_session: 'Nobody is signed in on this client: sign in again.',
  session_not_active: 'The session has ended: sign in again.',
  session_pending: 'Signing in is not finished: complete the remaining steps.',
  machine_token_invalid: 'Clerk does not know this token.',
  machine_token_revoked: 'The token was revoked.',
  machine_token_unsupported: 'Tokens of this kind cannot be checked here.',
  access_denied: 'You are signed in, but may not do this.',
  cross_site_request:
    'This request comes from another site: add its origin to authorizedParties, or send a Bearer token.',
  origin_not_allowed: 'Sockets may not be opened from this page: add its origin to allowedOrigins.',
  no_active_organization: 'Choose an organization first: this needs an active one.',
  wrong_organization: 'The active organization is not the one this is about: switch to it.',
  missing_role: 'This needs a role that you do not have in the active organization.',
  missing_permission: 'This needs a permission that you do not have in the active organization.',
  system_permission_not_in_token:
    'This needs a system permission, which session tokens never hold.',
  missing_feature: 'This needs a feature that your plan does not include.',
  missing_plan: 'This needs a plan that you are not on.',
  impersonation_not_allowed: 'This may not be done in the name of somebody else.',
  reverification_required: 'Prove once more who you are: this needs a recent verification.',
  machine_not_allowed: 'This needs a session: machines may not do it.',
  missing_scope: 'This needs a scope that the token does not have.',
  requirement_not_met: 'You are signed in, but do not meet what this needs.',
  authority_unavailable: 'Sessions cannot be checked at the moment: try again later.',
};
