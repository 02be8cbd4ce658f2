import type { DeliveryRules } from './check-delivery.js';
import type { WebhookLedger } from './webhook-ledger.js';

/** The options as the code reads them: complete and checked. */
export interface WebhooksSettings extends DeliveryRules {
  readonly timeout: number;
  readonly lease: number;
  readonly remember: number;
  /** `undefined`: the memory of this process. */
  readonly ledger: WebhookLedger | undefined;
  /** `undefined`: nothing was said. */
  readonly revoke: boolean | undefined;
}

/** Milliseconds; bytes for `bodyLimit`. */
export const DEFAULTS = {
  path: 'webhooks/clerk',
  bodyLimit: 1_000_000,
  tolerance: 300_000,
  timeout: 12_000,
  lease: 120_000,
  remember: 172_800_000,
} as const;
