export { CLERK_TEST_CALLER } from '../../session/stand-in.js';
export type { UserJson } from '../../users/user-json.js';
export type { CallerSpec } from './caller-spec.js';
export { LocalClerk } from './local-clerk.js';
export { signedInAs, type TestCaller } from './signed-in-as.js';
export type { Call } from './backend-api/call-log.js';
export type { CannedAnswer } from './backend-api/canned-answer.js';
export type { Outage, OutageOptions } from './backend-api/outage.js';
export type {
  FactorAges,
  ReverificationLevel,
  VerifiedAt,
} from './directory/factor-verification.js';
export type { MachineRecord } from './directory/machines.js';
export type { MembershipRecord, OrganizationRecord } from './directory/organizations.js';
export type { Actor, SessionRecord, SessionStatus } from './directory/sessions.js';
export type { Metadata, UserChange, UserRecord } from './directory/users.js';
export type { OrganizationOptions, OrganizationSpec } from './join-organization.js';
export type { ConnectionOptions } from './local-clerk.js';
export type { LocalClerkOptions } from './local-clerk-options.js';
export type { MachineRef } from './machine-ref.js';
export type { ApiKey, ApiKeyOptions, ApiKeySubject } from './machine-tokens/create-api-key.js';
export type { M2mToken, M2mTokenOptions } from './machine-tokens/create-m2m-token.js';
export type { OAuthToken, OAuthTokenOptions } from './machine-tokens/create-oauth-token.js';
export type { MachineTokenRef } from './machine-tokens/machine-token-ref.js';
export type { TokenFormat } from './machine-tokens/token-format.js';
export type { ClientRef, SessionRef, SignedIn, SignInOptions, UserRef } from './signed-in.js';
export type { TokenAlgorithm } from './tokens/jws.js';
export type { M2mTokenSpec } from './tokens/mint-m2m-token.js';
export type { OAuthTokenSpec } from './tokens/mint-oauth-token.js';
export type { ClaimsVersion } from './tokens/session-claims.js';
export type { MintSpec } from './tokens/mint-spec.js';
export type { TokenSpec } from './tokens/token-spec.js';
export type { Jwk } from './tokens/signing-keys.js';
export type { Delivery } from './webhooks/delivery.js';
export type { WebhookEndpoint, WebhookEndpointOptions } from './webhooks/webhook-endpoint.js';
export type { SendOptions, Webhooks } from './webhooks/webhooks.js';
