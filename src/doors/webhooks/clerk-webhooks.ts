import { Inject, Injectable } from '@nestjs/common';
import { rawBodyOf } from '../../transport/raw-body.js';
import { Deliveries } from './deliveries.js';
import type { WebhookHeaders } from './signed-headers.js';
import { DELIVERIES } from './tokens.js';
import type { WebhookAnswer } from './webhook-answer.js';

/** Deliveries that come by another way than the route of `ClerkWebhooksModule`: a queue, a function, a route of your own. */
@Injectable()
export class ClerkWebhooks {
  // A property and not a parameter: what a constructor takes is public.
  @Inject(DELIVERIES) private readonly deliveries!: Deliveries;

  /**
   * Checks a delivery and runs what listens to it. Never rejects: the answer says whether to acknowledge it (`status` 200),
   * to have it delivered again (5xx), or to drop it.
   *
   * @param headers the three that are signed, in a record with names in any case, or a fetch `Headers`
   * @param bytes the body exactly as it came; a parsed one is refused with `webhook_body_unavailable`
   */
  async receive(headers: WebhookHeaders, bytes: Uint8Array | string): Promise<WebhookAnswer> {
    return this.deliveries.answer(headers, rawBodyOf({ body: bytes }));
  }
}
