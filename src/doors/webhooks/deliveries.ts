import type { WebhookCode } from '../../errors/error-code.js';
import type { unrefTimer } from '../../module/unref-timer.js';
import type { Notice } from '../../revocation/notice.js';
import type { RawBody } from '../../transport/raw-body.js';
import { checkDelivery, type CheckedDelivery } from './check-delivery.js';
import { Deadline } from './deadline.js';
import type { Delivery } from './delivery.js';
import { HandlerRun, type HandlerOutcome } from './handler-run.js';
import { noticesIn } from './notices-in-event.js';
import { timeOf } from './received-event.js';
import type { WebhookHeaders } from './signed-headers.js';
import { refusedDelivery, type WebhookAnswer } from './webhook-answer.js';
import type { WebhookHandler, WebhookHandlers } from './webhook-handlers.js';
import type { WebhookLedger } from './webhook-ledger.js';
import { WebhookLog } from './webhook-log.js';
import type { WebhooksSettings } from './webhooks-settings.js';

type SignedDelivery = Extract<CheckedDelivery, { kind: 'signed' }>;

/** Whoever ends sessions, here and on other machines; rejects where others could not be told. */
export interface NoticeTeller {
  tell(notices: readonly Notice[]): Promise<void>;
}

/** What deliveries are handled with. */
export interface DeliveryParts {
  readonly settings: WebhooksSettings;
  readonly handlers: WebhookHandlers;
  readonly ledger: WebhookLedger;
  /** `undefined`: events end no sessions. */
  readonly revocations: NoticeTeller | undefined;
  readonly now: () => number;
  readonly timer: typeof unrefTimer;
}

/** Checks what is delivered, and has it handled. */
export class Deliveries {
  readonly log: WebhookLog;

  constructor(private readonly parts: DeliveryParts) {
    this.log = new WebhookLog(parts.now);
  }

  async answer(headers: WebhookHeaders, body: RawBody): Promise<WebhookAnswer> {
    const { settings, now } = this.parts;
    const checked = checkDelivery(headers, body, settings, now());
    const answer =
      checked.kind === 'signed' ? await this.handle(checked) : refusedDelivery(checked.code);
    if (answer.status !== 200) this.log.refused(answer.status, answer.code);
    return answer;
  }

  private async handle(signed: SignedDelivery): Promise<WebhookAnswer> {
    const { settings, handlers, timer } = this.parts;
    const listening = handlers.listeningTo(signed.event.type);
    const deadline = new Deadline(timer, settings.timeout);
    const attempt = attemptOf(signed, deadline);
    const [isTold, ...outcomes] = await Promise.all([
      this.tell(noticesIn(signed.event, signed.attemptedAt), attempt),
      ...listening.map((handler, at) => {
        // Handlers run at once, and may change what they are given: each has a copy of its own.
        const event: unknown = at === 0 ? signed.event : JSON.parse(signed.text);
        return this.run(handler, event, attempt);
      }),
    ]);
    deadline.meet();
    const code = worst(outcomes) ?? (isTold ? undefined : 'webhook_revocation_not_told');
    if (code !== undefined) return refusedDelivery(code);
    return { status: 200, outcome: outcomeOf(outcomes), handlers: outcomes.length };
  }

  private run(
    handler: WebhookHandler,
    event: unknown,
    { delivery, type, deadline }: Attempt,
  ): Promise<HandlerOutcome> {
    const { settings, ledger } = this.parts;
    const { lease, remember } = settings;
    const parts = { ledger, lease, remember, log: this.log };
    const run = new HandlerRun(handler, { id: delivery.id, type }, parts);
    return deadline.race(run.run(event, delivery), () => run.late());
  }

  /** At every attempt, without a claim: order and repetition do not matter to notices. */
  private async tell(
    notices: readonly Notice[],
    { delivery: { id }, type, deadline }: Attempt,
  ): Promise<boolean> {
    const { revocations } = this.parts;
    if (revocations === undefined || notices.length === 0) return true;
    const failed = (reason: unknown): boolean => {
      this.log.notTold({ id, type }, reason);
      return false;
    };
    const telling = revocations.tell(notices).then(() => true, failed);
    return deadline.race(telling, () => failed(new Error('That took too long')));
  }
}

/** One delivery, as all who work on it see it. */
interface Attempt {
  readonly delivery: Delivery;
  readonly type: string;
  readonly deadline: Deadline;
}

function attemptOf({ id, event, attemptedAt }: SignedDelivery, deadline: Deadline): Attempt {
  const occurredAt = timeOf(event) ?? attemptedAt;
  const delivery = Object.freeze({ id, attemptedAt, occurredAt, signal: deadline.signal });
  return { delivery, type: event.type, deadline };
}

/** What has to be tried again, the one first that says most. */
function worst(outcomes: readonly HandlerOutcome[]): WebhookCode | undefined {
  if (outcomes.includes('failed')) return 'webhook_handler_failed';
  if (outcomes.includes('unknown')) return 'webhook_ledger_unavailable';
  return outcomes.includes('busy') ? 'webhook_in_progress' : undefined;
}

function outcomeOf(outcomes: readonly HandlerOutcome[]): 'handled' | 'duplicate' | 'ignored' {
  if (outcomes.length === 0) return 'ignored';
  return outcomes.includes('handled') ? 'handled' : 'duplicate';
}
