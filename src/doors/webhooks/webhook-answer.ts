import type { WebhookCode } from '../../errors/error-code.js';

/** What a delivery comes to: what Clerk is answered over HTTP, and what other transports make of it. */
export type WebhookAnswer = AcceptedDelivery | RefusedDelivery;

/** All that listens to the event is done with it: acknowledge it. */
export interface AcceptedDelivery {
  /** Of HTTP: Clerk does not deliver it again. */
  readonly status: 200;
  /** Handlers ran; they had all run before; or nobody listens. */
  readonly outcome: 'handled' | 'duplicate' | 'ignored';
  /** How many listen to the event. */
  readonly handlers: number;
}

/** To be delivered again, or never to be believed. */
export interface RefusedDelivery {
  /** Of HTTP. */
  readonly status: 400 | 413 | 415 | 500 | 503;
  /** The stable reason, for programs. */
  readonly code: WebhookCode;
  /** The same in words, for people: nothing of the delivery is in it. */
  readonly message: string;
  /** Whole seconds after which another attempt makes sense. */
  readonly retryAfter?: number;
}

/** Seconds: until then a handler that is slow, or busy elsewhere, is likely done. */
const SOON = 5;

type Refusal = readonly [status: RefusedDelivery['status'], message: string];

/** The same for everybody: nothing of the delivery, and nothing that helps to guess a secret. */
const REFUSALS: Readonly<Record<WebhookCode, Refusal>> = {
  webhook_headers_missing: [
    400,
    'One whole set of headers is needed: svix-id, svix-timestamp and svix-signature.',
  ],
  webhook_timestamp_invalid: [400, 'The timestamp must be a whole number of seconds.'],
  webhook_timestamp_out_of_tolerance: [
    400,
    'The attempt is too old, or lies ahead: check the clocks.',
  ],
  webhook_signature_invalid: [
    400,
    'No signature belongs to this body and a secret of this endpoint.',
  ],
  webhook_payload_malformed: [400, 'The body is not an event of Clerk in JSON.'],
  webhook_payload_too_large: [413, 'The body is larger than this endpoint accepts.'],
  webhook_encoding_unsupported: [415, 'The body must not be compressed.'],
  webhook_handler_failed: [500, 'A handler failed: its log says why. Deliver it again.'],
  webhook_body_unavailable: [500, 'The body was parsed before it could be checked.'],
  webhook_in_progress: [503, 'Another attempt is still being handled: deliver it again later.'],
  webhook_ledger_unavailable: [
    503,
    'What was handled before cannot be looked up: deliver it again later.',
  ],
  webhook_revocation_not_told: [
    503,
    'Other machines could not be told of an ended session: deliver it again later.',
  ],
};

export function refusedDelivery(code: WebhookCode): RefusedDelivery {
  const [status, message] = REFUSALS[code];
  const answer = { status, code, message };
  return code === 'webhook_in_progress' ? { ...answer, retryAfter: SOON } : answer;
}
