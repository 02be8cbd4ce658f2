/**
 * The channels of `node:diagnostics_channel` on which this package tells what it does, for logs, metrics, traces and
 * audit trails. Nothing is told, and nothing made, where nobody listens. Names and messages are API: they never change
 * their meaning; a message may gain properties.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel';
 *
 * subscribe(CHANNELS.refusal, (message) => {
 *   const { controller, handler, status, code } = message as RefusalDiagnostic;
 *   logger.warn({ controller, handler, status, code });
 * });
 * ```
 */
export const CHANNELS = {
  /** An `AuthenticationDiagnostic` for each look at a request; further guards of the same request tell nothing. */
  authentication: 'nestjs-clerk-auth:authentication',
  /** A `RefusalDiagnostic` for each request that a guard, or the gate of a gateway, does not let in. */
  refusal: 'nestjs-clerk-auth:refusal',
  /** A `BackendCallDiagnostic` for each try to call Clerk's Backend API. */
  backendCall: 'nestjs-clerk-auth:backend-call',
  /** A `KeySetDiagnostic` each time that the instance's published keys were fetched, or could not be. */
  keySet: 'nestjs-clerk-auth:key-set',
  /** A `SessionRevokedDiagnostic` for each session that `SessionService` ended. */
  sessionRevoked: 'nestjs-clerk-auth:session-revoked',
} as const;
