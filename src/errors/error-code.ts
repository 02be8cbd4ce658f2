/**
 * Why a caller is refused, in one stable word. Codes are API: they are never renamed, and a `switch` over them is
 * checked to be complete by the compiler.
 */

/** The caller is not signed in, or cannot prove it. Answered with 401. */
export type UnauthenticatedCode =
  /** Nothing was presented where a session is required. */
  | 'session_required'
  /** Nothing was presented where only the tokens of machines are accepted. */
  | 'token_required'
  /** Two `Authorization` values, an empty Bearer, or one that breaks the grammar of RFC 6750 section 2.1. */
  | 'authorization_malformed'
  /** Not a compact JWS of three base64url parts that hold JSON objects (RFC 7515 section 3.1), or far too long. */
  | 'token_malformed'
  /** `alg` is anything but `RS256`. */
  | 'token_algorithm_unsupported'
  /** A kind of token that the route does not accept: a JWT template's, or a machine's where sessions are asked for. */
  | 'token_type_unsupported'
  /** A `crit` header names extensions that nobody here understands (RFC 7515 section 4.1.11). */
  | 'token_critical_header_unsupported'
  /** The `kid` is missing or names none of the instance's keys. */
  | 'token_key_unknown'
  /** The signature does not belong to this header, payload and key. */
  | 'token_signature_invalid'
  /** A claim that every session token carries is missing or of the wrong type. */
  | 'token_claims_invalid'
  /** `exp` has passed by more than the clock skew. */
  | 'token_expired'
  /** `nbf` lies ahead by more than the clock skew. */
  | 'token_not_yet_valid'
  /** `iat` lies ahead by more than the clock skew. */
  | 'token_issued_in_future'
  /** `iss` names another Clerk instance. */
  | 'token_issuer_mismatch'
  /** `azp` is absent or not among `authorizedParties`. */
  | 'token_authorized_party_mismatch'
  /** `aud` is absent or shares nothing with `audience`. */
  | 'token_audience_mismatch'
  /** `__client_uat` says that the browser signed out, or changed, after the token was issued. */
  | 'client_signed_out'
  /** `__client_uat` is absent and `clientUat: 'required'` demands it. */
  | 'client_uat_missing'
  /** `_clerk_session_id` is not one well-formed session id. */
  | 'session_id_malformed'
  /** The session that was proved is not the one that `_clerk_session_id` asks for. */
  | 'session_mismatch'
  /** The client token is empty or far too long. */
  | 'client_token_malformed'
  /** A client token was presented, but without a secret key nobody can be asked about it. */
  | 'client_token_unsupported'
  /** Clerk does not know this client token, or not together with this session. */
  | 'client_token_invalid'
  /** The client has no active session of that id, or no last active session at all. */
  | 'no_active_session'
  /** The session exists but is revoked, ended, expired, removed, replaced or abandoned. */
  | 'session_not_active'
  /** The session still has tasks to do (`sts: pending`); see `treatPendingAsSignedOut`. */
  | 'session_pending'
  /** Clerk does not know this machine token, or says something of it that cannot be. */
  | 'machine_token_invalid'
  /** The API key, M2M token or OAuth token was revoked. */
  | 'machine_token_revoked'
  /** An opaque machine token was presented, but there is no key to ask Clerk with. */
  | 'machine_token_unsupported';

/** A cookie came from where pages of other sites may be. Answered with 403. */
export type CrossSiteCode =
  /** With a request that another site's page may have sent; see `crossSite`. */
  | 'cross_site_request'
  /** With the opening of a socket, from a page whose origin is not among `allowedOrigins`. */
  | 'origin_not_allowed';

/** The caller is signed in but may not do this. Answered with 403. */
export type AccessDeniedCode =
  | CrossSiteCode
  /** Whatever a handler of the application means by it. */
  | 'access_denied'
  /** The route demands an organization, or something that only one can give, and the session has none active. */
  | 'no_active_organization'
  /** The active organization is not the one that the route is about. */
  | 'wrong_organization'
  /** The session has none of the roles that the route demands. */
  | 'missing_role'
  /** The session has none of the permissions that the route demands. */
  | 'missing_permission'
  /** The route demands an `org:sys_…` permission; Clerk puts those into no token, so nobody can pass. */
  | 'system_permission_not_in_token'
  /** The session has none of the features that the route demands. */
  | 'missing_feature'
  /** The session has none of the plans that the route demands. */
  | 'missing_plan'
  /** Somebody acts in the user's name, which the route does not allow. */
  | 'impersonation_not_allowed'
  /** The user must prove again who they are; Clerk's front-end hooks understand the body and open the dialogue. */
  | 'reverification_required'
  /** The route demands a session, which a machine can never be. */
  | 'machine_not_allowed'
  /** The machine's token has none of the scopes that the route demands; a session has no scopes at all. */
  | 'missing_scope'
  /** The route's own predicate said no. */
  | 'requirement_not_met';

/** Clerk could not be asked, so nobody knows. Answered with 503. */
export type AuthorityUnavailableCode = 'authority_unavailable';

/** Why a delivery of Clerk's webhooks is not answered with 2xx. Answered with 400, 413, 415, 500 or 503. */
export type WebhookCode =
  /** One of the three signed headers is missing or blank, or the two sets of names are mixed. 400. */
  | 'webhook_headers_missing'
  /** The timestamp is not a whole number of seconds. 400. */
  | 'webhook_timestamp_invalid'
  /** The attempt was made too long ago, or lies ahead; see `tolerance`. 400. */
  | 'webhook_timestamp_out_of_tolerance'
  /** No signature belongs to these bytes and one of the secrets. 400. */
  | 'webhook_signature_invalid'
  /** Signed, but not UTF-8, not JSON, or not an event. 400. */
  | 'webhook_payload_malformed'
  /** Longer than `bodyLimit`. 413. */
  | 'webhook_payload_too_large'
  /** Compressed, which Clerk never does. 415. */
  | 'webhook_encoding_unsupported'
  /** A handler threw; the next attempt runs it again, and no other. 500. */
  | 'webhook_handler_failed'
  /** Somebody parsed the body before us, and the bytes that were signed are gone. 500. */
  | 'webhook_body_unavailable'
  /** Another attempt is still at it, here or on another machine, or a handler takes longer than `timeout`. 503. */
  | 'webhook_in_progress'
  /** The ledger cannot be asked. 503. */
  | 'webhook_ledger_unavailable'
  /** Other machines could not be told that a session is over. 503. */
  | 'webhook_revocation_not_told';

/** A mistake of the developer, not of the caller. */
export type ConfigurationCode =
  /** Options or environment are missing, malformed or contradictory. Thrown at boot. */
  | 'configuration_invalid'
  /** `@CurrentSession()` on a route that no guard has looked at, or a route that the audit at boot objects to. */
  | 'guard_missing'
  /** A guard on a kind of execution context that this version cannot read. */
  | 'context_unsupported'
  /** `SessionContext` outside of a request, or without `sessionContext: true`. */
  | 'context_missing';

/** Every code this package can produce. */
export type ErrorCode =
  | UnauthenticatedCode
  | AccessDeniedCode
  | AuthorityUnavailableCode
  | WebhookCode
  | ConfigurationCode;
