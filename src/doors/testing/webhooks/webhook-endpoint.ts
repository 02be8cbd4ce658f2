/** An endpoint of the application that is told of events. */
export interface WebhookEndpoint {
  /** Where it listens. */
  readonly url: string;

  /** `whsec_…`: what the application takes for `CLERK_WEBHOOK_SIGNING_SECRET`. Another one after `rotateSecret`. */
  readonly secret: string;

  /**
   * Signs with a new secret from now on, and for 24 hours by the clock with the old ones as well: the signatures stand
   * side by side.
   *
   * @param options `keepOld` says whether the secrets before it go on. Default true
   * @returns the new one
   * @example
   * endpoint.rotateSecret(); // who knows the old secret still accepts
   * endpoint.rotateSecret({ keepOld: false }); // who knows the old secret alone refuses
   */
  rotateSecret(options?: { readonly keepOld?: boolean | undefined }): string;

  /** Keeps back what happens from now on, as if the post were slow. */
  pause(): void;

  /**
   * Sends what was kept back, in the order in which it happened, and goes on.
   *
   * @param options `missed: false` forgets it instead, as when the endpoint was switched off for a while
   */
  resume(options?: { readonly missed?: boolean | undefined }): void;

  /** Tells it of nothing anymore. */
  remove(): void;
}

/** What an endpoint is told, and how it is signed. */
export interface WebhookEndpointOptions {
  /**
   * The events that it is told of: names, or `user.*` for all of a kind.
   * @default all
   */
  readonly events?: readonly string[] | undefined;

  /**
   * 16 to 128 bytes in base64, after an optional `whsec_`. Two endpoints with one URL and a secret each are how Clerk
   * rotates: every event comes twice then, with one id.
   * @default a random one
   */
  readonly secret?: string | undefined;
}
