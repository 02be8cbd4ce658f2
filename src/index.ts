export { AcceptTokens } from './access/accept-tokens.js';
export {
  AccessDeniedException,
  type AccessDeniedOptions,
} from './access/access-denied-exception.js';
export { AuthGuard, AuthGuard as ClerkAuthGuard } from './access/auth-guard.js';
export { AuthorityUnavailableException } from './access/authority-unavailable-exception.js';
export { ClerkSessionMiddleware } from './access/clerk-session-middleware.js';
export { Connections } from './access/connections.js';
export { CurrentCaller } from './access/current-caller.js';
export { CurrentMachine } from './access/current-machine.js';
export { CurrentSession, type SessionProperty } from './access/current-session.js';
export { CurrentUser, type UserProperty } from './access/current-user.js';
export { OptionalSession, type OptionalSessionOptions } from './access/optional-session.js';
export type { ParameterPipe } from './access/parameter-pipe.js';
export { Public } from './access/public.js';
export type {
  OneOf,
  OrganizationOfRoute,
  RouteRequirements,
  SessionPredicate,
} from './access/route-requirements.js';
export { RequireSession } from './access/require-session.js';
export { sessionOf } from './access/session-of.js';
export { SessionContext } from './access/session-context.js';
export { SessionService } from './access/session-service.js';
export { UnauthenticatedException } from './access/unauthenticated-exception.js';
export type { RefusalDiagnostic } from './access/tell-refusal.js';
export type { SessionRevokedDiagnostic } from './access/tell-revoked.js';
export { UserService } from './access/user-service.js';
export type {
  ErrorBody,
  Refusal,
  RefusalCode,
  RefusalExtensions,
  RefusalOptions,
} from './access/refusal.js';
export type { RefusalMessage } from './access/refusal-message.js';
export type { AuditedRoute } from './audit/audited-route.js';
export type { RouteKind } from './audit/declared-route.js';
export type { Protection } from './audit/protection.js';
export type { AuditedAccess, RouteAccess, RouteDemand } from './audit/route-access.js';
export { RouteAudit } from './audit/route-audit.js';
export type { KeySetDiagnostic } from './backend-api/tell-key-set.js';
export type { BackendCallDiagnostic } from './backend-api/tell-try.js';
export type { ClerkOptions } from './config/clerk-options.js';
export type { Timer } from './connections/timer.js';
export type { MachineTokenType, TokenType } from './credentials/token-type.js';
export { CHANNELS } from './diagnostics/channels.js';
export { ConfigurationError } from './errors/configuration-error.js';
export type {
  AccessDeniedCode,
  AuthorityUnavailableCode,
  ConfigurationCode,
  CrossSiteCode,
  ErrorCode,
  UnauthenticatedCode,
  WebhookCode,
} from './errors/error-code.js';
export type { AuthorityUnavailable } from './errors/authority-unavailable.js';
export { ClerkHealth } from './health/clerk-health.js';
export type { ClerkHealthStatus } from './health/health-status.js';
export { clerkConfig } from './module/clerk-config.js';
export type { Clock } from './module/clerk-instance.js';
export {
  ClerkModule,
  type ClerkModuleAsyncOptions,
  type ClerkModuleExtras,
} from './module/clerk-module.js';
export { CLERK_CLOCK, CLERK_TIMER } from './module/tokens.js';
export type { Notice } from './revocation/notice.js';
export type { Demand, OrganizationPlace, OrganizationSource } from './policy/demand.js';
export { RevocationChannel, type RevocationListener } from './revocation/revocation-channel.js';
export type { Authentication } from './session/authentication.js';
export type { Caller } from './session/caller.js';
export { Client } from './session/client.js';
export type {
  ApiKeyCaller,
  M2mCaller,
  Machine,
  MachineFacts,
  OAuthCaller,
} from './session/machine.js';
export type { Organization } from './session/organization.js';
export type {
  PermissionName,
  Reverification,
  RoleName,
  SessionRequirements,
} from './session/requirements.js';
export type { AuthenticationDiagnostic } from './session/tell-look.js';
export { Session, Session as ClerkSession } from './session/session.js';
export type { AnyHeaders, HeaderEntries, HeaderValue } from './transport/header-values.js';
export type { HttpRequest } from './transport/http-request.js';
export type { ContactVerification, EmailAddress, PhoneNumber } from './users/contact.js';
export type { Metadata } from './users/read-member.js';
export type { UserJson } from './users/user-json.js';
export { User } from './users/user.js';
export type {
  ActorClaim,
  OrganizationClaim,
  SessionClaims,
} from './verification/session-claims.js';
export type { ClientRecord, SessionRecord, SessionStatus } from './verification/session-record.js';
