import type { FactoryProvider, ModuleMetadata } from '@nestjs/common';
import type { WebhookLedger } from './webhook-ledger.js';

/** What a factory may give as well. Everything is optional where the environment has the secret. */
export interface ClerkWebhooksOptions {
  /**
   * The signing secrets of the endpoint, `whsec_…`. Several while they rotate: a delivery counts that was signed with any
   * of them. One text may hold several, by comma or space. Environment: `CLERK_WEBHOOK_SIGNING_SECRET`.
   */
  secrets?: string | readonly string[] | undefined;
  /**
   * How far the time of an attempt may be off, in milliseconds, both ways.
   * @default 300000
   */
  tolerance?: number | undefined;
  /**
   * Milliseconds until Clerk is told to come again because a handler is not done. Clerk itself waits for 15 seconds.
   * @default 12000
   */
  timeout?: number | undefined;
  /**
   * Milliseconds for which a handler's claim holds if its process dies.
   * @default 120000
   */
  lease?: number | undefined;
  /**
   * Milliseconds for which is known what was handled. Clerk's retries span 33 hours.
   * @default 172800000
   */
  remember?: number | undefined;
  /**
   * Which handler has run for which event, such as `new RedisWebhookLedger(redis)` for several processes.
   * @default the memory of this process
   */
  ledger?: WebhookLedger | undefined;
  /**
   * Whether events of sessions and users end sessions and drop cached users, here and on all machines that the option
   * `revocations` of ClerkModule reaches.
   * @default true where a ClerkModule is in reach
   */
  revoke?: boolean | undefined;
}

/** What must be known before any provider is made; `forRootAsync` takes it beside the factory. */
export interface ClerkWebhooksRoute {
  /**
   * Where Clerk posts to; global prefix and version come before it, as before every controller.
   * @default 'webhooks/clerk'
   */
  path?: string | undefined;
  /** Put on the controller of the route, such as `SkipThrottle()` or `ApiExcludeController()`. */
  decorators?: readonly ClassDecorator[] | undefined;
  /**
   * Bytes of a body at most.
   * @default 1000000
   */
  bodyLimit?: number | undefined;
  /**
   * Whether every module of the application can inject `ClerkWebhooks` without importing this one.
   * @default true
   */
  isGlobal?: boolean | undefined;
}

/** `useFactory` with `inject`, and `imports` for what it needs. */
export interface ClerkWebhooksAsyncOptions
  extends
    ClerkWebhooksRoute,
    Pick<ModuleMetadata, 'imports'>,
    Pick<FactoryProvider<ClerkWebhooksOptions>, 'inject' | 'useFactory'> {}
