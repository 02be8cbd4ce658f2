import { Logger } from '@nestjs/common';
import { isDebugOn } from '../../access/is-debug-on.js';
import type { WebhookCode } from '../../errors/error-code.js';

/** Milliseconds between two lines about what anybody can provoke. */
const PAUSE = 60_000;

/** What the developer can do about a refusal that smells of a wrong setting. */
const HINTS: Partial<Record<WebhookCode, string>> = {
  webhook_signature_invalid:
    "A delivery came with a wrong signature: if it is Clerk's, set CLERK_WEBHOOK_SIGNING_SECRET to the secret of this very endpoint.",
  webhook_timestamp_out_of_tolerance:
    "A delivery came with a time that is too far off: if it is Clerk's, the clock of this machine is wrong.",
};

const NO_BYTES =
  'A delivery could not be checked: its body was parsed before this module saw it, by an Express or Fastify instance ' +
  'that was handed in. Create the application with { rawBody: true }, or have the instance leave this path alone.';

/** Of whom a line speaks. */
export interface LoggedDelivery {
  readonly id: string;
  readonly type: string;
}

/** What the log is told of deliveries: nothing of their content, no signature, no secret. */
export class WebhookLog {
  private readonly logger = new Logger('ClerkWebhooksModule');
  private readonly saidAt = new Map<string, number>();

  /** @param now milliseconds since the epoch */
  constructor(private readonly now: () => number) {}

  refused(status: number, code: WebhookCode): void {
    if (isDebugOn()) this.logger.debug(`A delivery was refused: ${String(status)} ${code}`);
    const hint = HINTS[code];
    if (hint !== undefined && this.isDue(code)) this.logger.warn(hint);
    if (code === 'webhook_body_unavailable' && this.isDue(code)) this.logger.error(NO_BYTES);
  }

  failed(handler: string, delivery: LoggedDelivery, reason: unknown): void {
    this.error(
      `${handler} failed for ${inWords(delivery)}; the next attempt runs it again`,
      reason,
    );
  }

  isSlow(handler: string, delivery: LoggedDelivery): void {
    this.logger.warn(
      `${handler} takes longer than the timeout for ${inWords(delivery)}: it goes on, and Clerk is told to come again.`,
    );
  }

  ledgerFailed(handler: string, delivery: LoggedDelivery, reason: unknown): void {
    this.error(`The ledger could not be asked about ${handler} for ${inWords(delivery)}`, reason);
  }

  notTold(delivery: LoggedDelivery, reason: unknown): void {
    this.error(`Other machines could not be told of ${inWords(delivery)}`, reason);
  }

  broke(reason: unknown): void {
    this.error('A delivery could not be handled', reason);
  }

  private error(text: string, reason: unknown): void {
    const { message, stack } =
      reason instanceof Error ? reason : { message: String(reason), stack: undefined };
    this.logger.error(`${text}: ${message}`, stack);
  }

  private isDue(what: string): boolean {
    const now = this.now();
    if (now - (this.saidAt.get(what) ?? Number.NEGATIVE_INFINITY) < PAUSE) return false;
    this.saidAt.set(what, now);
    return true;
  }
}

function inWords({ id, type }: LoggedDelivery): string {
  return `${type} (${id})`;
}
