import { randomUUID } from 'node:crypto';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Delivery } from './delivery.js';
import type { WebhookHandler } from './webhook-handlers.js';
import type { WebhookLedger } from './webhook-ledger.js';
import type { LoggedDelivery, WebhookLog } from './webhook-log.js';

/** What became of one handler in one attempt. */
export type HandlerOutcome =
  | 'handled'
  /** It had run before. */
  | 'done'
  /** Somebody is at it: another attempt, or this one still. */
  | 'busy'
  | 'failed'
  /** The ledger could not be asked. */
  | 'unknown';

/** What handlers are run with. */
export interface RunParts {
  readonly ledger: WebhookLedger;
  readonly lease: number;
  readonly remember: number;
  readonly log: WebhookLog;
}

/** One handler in one attempt, under its own claim: whatever others do, it runs until it has once succeeded. */
export class HandlerRun {
  private readonly owner = randomUUID();
  private readonly key: string;
  private isRunning = false;

  constructor(
    private readonly handler: WebhookHandler,
    private readonly told: LoggedDelivery,
    private readonly parts: RunParts,
  ) {
    this.key = `${told.id}/${handler.name}`;
  }

  /** @param event a copy of its own */
  async run(event: unknown, delivery: Delivery): Promise<HandlerOutcome> {
    const { ledger, lease } = this.parts;
    try {
      const claim: unknown = await ledger.claim(this.key, this.owner, lease);
      if (claim === 'done' || claim === 'busy') return claim;
      // Taken for done, the event would be lost.
      if (claim !== 'claimed') throw new Error(`It answered ${String(claim)}`);
    } catch (reason) {
      return this.ledgerFailed(reason);
    }
    if (delivery.signal.aborted) {
      // Clerk has been answered meanwhile, and comes again.
      await this.release();
      return 'unknown';
    }
    return this.call(event, delivery);
  }

  /** What is to be said of it when the time is over. It goes on and keeps its claim, so that it is not run twice at once. */
  late(): HandlerOutcome {
    if (!this.isRunning) return this.ledgerFailed(new Error('It did not answer in time'));
    this.parts.log.isSlow(this.handler.name, this.told);
    return 'busy';
  }

  private async call(event: unknown, delivery: Delivery): Promise<HandlerOutcome> {
    const { ledger, remember, log } = this.parts;
    try {
      this.isRunning = true;
      const result = await this.handler.call(event, delivery);
      // Nothing happens before somebody subscribes: what Nest's HttpService gives, for one.
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    } catch (reason) {
      log.failed(this.handler.name, this.told, reason);
      await this.release();
      return 'failed';
    } finally {
      this.isRunning = false;
    }
    try {
      await ledger.complete(this.key, remember);
      return 'handled';
    } catch (reason) {
      return this.ledgerFailed(reason);
    }
  }

  /** Where that fails as well, the claim ends with its lease. */
  private async release(): Promise<void> {
    try {
      await this.parts.ledger.release(this.key, this.owner);
    } catch (reason) {
      this.ledgerFailed(reason);
    }
  }

  private ledgerFailed(reason: unknown): 'unknown' {
    this.parts.log.ledgerFailed(this.handler.name, this.told, reason);
    return 'unknown';
  }
}
