/** Whether a handler may run for a delivery: it may, it has run already, or somebody else is at it. */
export type Claim = 'claimed' | 'done' | 'busy';

/**
 * Port: which handler has run for which event. `RedisWebhookLedger` of `nestjs-clerk-auth/redis` shares it between
 * machines; without one, each process keeps its own. Every method rejects where the ledger cannot be asked.
 */
export abstract class WebhookLedger {
  /**
   * Claims an event for a handler: of several who ask at the same time, one is told that it may run.
   *
   * @param key `<id of the event>/<module>.<class>.<method>`
   * @param owner tells this claim from every other
   * @param lease for how many milliseconds the claim holds if nobody completes or releases it
   */
  abstract claim(key: string, owner: string, lease: number): Promise<Claim>;

  /** The handler has run: every further claim is `'done'`, for `remember` milliseconds. */
  abstract complete(key: string, remember: number): Promise<void>;

  /** The handler has failed: whoever asks next may claim. Does nothing where the claim is not this owner's. */
  abstract release(key: string, owner: string): Promise<void>;
}
