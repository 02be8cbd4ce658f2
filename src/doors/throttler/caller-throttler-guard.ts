import { createHash } from 'node:crypto';
import { Inject, Injectable, Logger, type ExecutionContext } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { ThrottlerGuard } from '@nestjs/throttler';
import { readRoute, type GuardedRoute } from '../../access/guarded-route.js';
import { AUTHENTICATOR } from '../../access/tokens.js';
import type { DeclaredRoutes } from '../../audit/declared-routes.js';
import { DECLARED_ROUTES } from '../../audit/tokens.js';
import type { Presented } from '../../credentials/credential.js';
import type { Authentication } from '../../session/authentication.js';
import type { Authenticator } from '../../session/authenticator.js';
import type { IncomingRequest } from '../../transport/incoming-request.js';
import { incomingRequestOf } from '../../transport/incoming-request-of.js';
import {
  readThrottlerOptions,
  type CallerThrottlerOptions,
  type CallerThrottlerSettings,
} from './caller-throttler-options.js';
import { orderWarning } from './guards-in-order.js';
import { RejectedCredentials } from './rejected-credentials.js';
import { canBeThrottled, graphqlRequestResponse } from './throttled-context.js';
import { trackerOf } from './tracker-of.js';
import { UnguardedHandlers } from './unguarded-handlers.js';

/** As the storage names what it counts. */
const COUNTED_AS = 'clerk-rejected';

/** In a test a stand-in says who is calling, and nobody presents anything. */
type Looks = Pick<Authenticator, 'authenticate'> & Partial<Pick<Authenticator, 'peek'>>;

/** `CallerThrottlerGuard` with options of its own. */
export type CallerThrottlerGuardClass = typeof CallerThrottlerGuard;

/**
 * `ThrottlerGuard` that limits callers by who they are: a proved user, organization or machine, and by address whoever
 * proves nothing. What it finds out, `AuthGuard` need not find out again. Provide it first:
 *
 * ```ts
 * providers: [
 *   { provide: APP_GUARD, useClass: CallerThrottlerGuard },
 *   { provide: APP_GUARD, useExisting: AuthGuard },
 * ]
 * ```
 *
 * Credentials that only Clerk can judge, and that it rejects, are counted for each address: beyond ten a minute further
 * ones are 429 before Clerk is asked. Signed tokens from the same address are still looked at, and so are those that
 * Clerk accepted before. On `@Public()` nobody looks, and the address counts. Messages of sockets and brokers are not
 * limited.
 *
 * @throws ThrottlerException 429, over a limit
 */
@Injectable()
export class CallerThrottlerGuard extends ThrottlerGuard {
  // Properties and not parameters: the constructor is throttler's own.
  @Inject(AUTHENTICATOR) private readonly authenticator!: Looks;
  @Inject(DECLARED_ROUTES) private readonly declared!: DeclaredRoutes;
  @Inject(ApplicationConfig) private readonly application!: ApplicationConfig;

  /** Read when the guard is made; `with()` gives others. */
  protected readonly callerOptions: CallerThrottlerOptions = {};

  private settings!: CallerThrottlerSettings;
  private rejected!: RejectedCredentials;
  private unguarded!: UnguardedHandlers;

  /**
   * The same guard with options.
   *
   * @example
   * ```ts
   * { provide: APP_GUARD, useClass: CallerThrottlerGuard.with({ by: 'organization', rejected: { limit: 5 } }) }
   * ```
   * @throws ConfigurationError `configuration_invalid`, listing everything wrong with them
   */
  static with(options: CallerThrottlerOptions): CallerThrottlerGuardClass {
    readThrottlerOptions(options);
    @Injectable()
    class CallerThrottlerGuardWith extends this {
      protected override readonly callerOptions = options;
    }
    return CallerThrottlerGuardWith;
  }

  /** Reads the options, and warns where it comes after `AuthGuard`. Called by Nest. */
  override async onModuleInit(): Promise<void> {
    await super.onModuleInit();
    this.settings = readThrottlerOptions(this.callerOptions);
    this.unguarded = new UnguardedHandlers(this.declared);
    const { limit, ttl } = this.settings;
    this.rejected = new RejectedCredentials({
      limit,
      ttl,
      now: () => Date.now(),
      count: (address) =>
        this.storageService.increment(keyOf(address), ttl, limit, ttl, COUNTED_AS),
    });
    const warning = orderWarning(this.application.getGlobalGuards(), this);
    if (warning !== undefined) new Logger('ClerkModule').warn(warning);
  }

  /** Counts the request of whoever sent it; called by Nest. */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (!canBeThrottled(context)) return true;
    const look = this.lookAt(context);
    if (look?.opaque !== undefined) await this.boundRejected(context, look, look.opaque);
    return super.canActivate(context);
  }

  /** The proved caller, else throttler's own normalized address. */
  protected override async getTracker(
    req: Record<string, unknown>,
    context?: ExecutionContext,
  ): Promise<string> {
    const look = context === undefined ? undefined : this.lookAt(context);
    const authentication = await look?.authenticate();
    const caller =
      authentication === undefined ? undefined : trackerOf(authentication, this.settings.by);
    return caller ?? super.getTracker(req);
  }

  /** Of HTTP, and of GraphQL over HTTP. */
  protected override getRequestResponse(
    context: ExecutionContext,
  ): ReturnType<ThrottlerGuard['getRequestResponse']> {
    return context.getType<string>() === 'graphql'
      ? graphqlRequestResponse(context)
      : super.getRequestResponse(context);
  }

  /** How a request may be looked at; `undefined` where nobody looks. */
  private lookAt(context: ExecutionContext): Look | undefined {
    const route = readRoute(context);
    if (route.rule.kind === 'public') return undefined;
    const request = incomingRequestOf(context);
    const opaque = opaqueTokenIn(this.authenticator.peek?.(request, route.accepted));
    // Where no guard of ours stands, nobody else would ask Clerk, and neither do we.
    if (opaque !== undefined && this.unguarded.has(context)) return undefined;
    return { opaque, authenticate: () => this.authenticate(request, route) };
  }

  /** Into the same slot that `AuthGuard` reads, with the kinds of tokens that the route accepts. */
  private authenticate(
    request: IncomingRequest,
    { accepted }: GuardedRoute,
  ): Authentication | Promise<Authentication> {
    return this.authenticator.authenticate(request, false, accepted);
  }

  private async boundRejected(
    context: ExecutionContext,
    { authenticate }: Look,
    token: string,
  ): Promise<void> {
    const { req, res } = this.getRequestResponse(context);
    const address = await super.getTracker(req);
    const seconds = await this.rejected.look(address, token, authenticate);
    if (seconds === 0) return;
    const { limit, ttl } = this.settings;
    if (this.commonOptions.setHeaders !== false) setHeader(res, 'Retry-After', seconds);
    await this.throwThrottlingException(context, {
      limit,
      ttl,
      key: keyOf(address),
      tracker: address,
      totalHits: limit + 1,
      timeToExpire: seconds,
      isBlocked: true,
      timeToBlockExpire: seconds,
    });
  }
}

interface Look {
  /** A token that only Clerk can judge. */
  readonly opaque: string | undefined;
  readonly authenticate: () => Authentication | Promise<Authentication>;
}

function opaqueTokenIn(presented: Presented | undefined): string | undefined {
  switch (presented?.kind) {
    case 'client_token':
      return presented.token;
    case 'machine_token':
      return presented.format === 'opaque' ? presented.token : undefined;
    default:
      return undefined;
  }
}

/** Like throttler's own keys: an address is nobody's to read in a store. */
function keyOf(address: string): string {
  return createHash('sha256').update(`${COUNTED_AS}-${address}`).digest('hex');
}

function setHeader(res: Record<string, unknown>, name: string, value: number): void {
  if (typeof res.header === 'function') {
    (res as { header(name: string, value: number): unknown }).header(name, value);
  }
}
