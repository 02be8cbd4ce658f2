import type { ExecutionContext } from '@nestjs/common';
import type { UnauthenticatedCode } from '../errors/error-code.js';
import type { Authentication } from '../session/authentication.js';
import type { IncomingRequest } from '../transport/incoming-request.js';
import type { GuardedRoute } from './guarded-route.js';

/** A request that a guard stands before. */
export interface Visit {
  readonly context: ExecutionContext;
  readonly request: IncomingRequest;
  readonly route: GuardedRoute;
}

/**
 * Port: what becomes of a browser that asks for a page, and not for data. Filled by `ClerkPagesModule`; without it
 * there is none, and the guard does no more than to see that.
 */
export interface PageGate {
  /** Whose pages these are; guards of another Clerk instance leave them alone. */
  readonly authenticator: object;

  /**
   * What is known about a request once Clerk has been asked through the browser, where that may help. Throws the
   * redirect that asks.
   */
  settle(visit: Visit, found: Authentication): Authentication | Promise<Authentication>;

  /** The redirect that is thrown in the place of a 401; `undefined` where a 401 it is. */
  signIn(visit: Visit, code: UnauthenticatedCode): Error | undefined;

  /** Whether somebody looks at what is answered: a browser shows an empty answer as an error of its own. */
  isShown(request: unknown): boolean;
}

/** Provides the `PageGate`, where there is one. */
export const PAGE_GATE: unique symbol = Symbol.for('nestjs-clerk-auth:page-gate');
