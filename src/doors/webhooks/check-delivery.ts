import type { WebhookCode } from '../../errors/error-code.js';
import type { RawBody } from '../../transport/raw-body.js';
import { decodeText, readEvent, type ReceivedEvent } from './received-event.js';
import { isSigned } from './signature.js';
import { readEncoding, readSignedHeaders, type WebhookHeaders } from './signed-headers.js';

/** By what a delivery is judged. */
export interface DeliveryRules {
  readonly keys: readonly Buffer[];
  /** Milliseconds, in both directions. */
  readonly tolerance: number;
  /** Bytes. */
  readonly bodyLimit: number;
}

/** A delivery that Clerk has signed, or why it is refused. */
export type CheckedDelivery =
  | { readonly kind: 'rejected'; readonly code: WebhookCode }
  | {
      readonly kind: 'signed';
      /** Of the message: the same for every attempt and every endpoint. */
      readonly id: string;
      /** Milliseconds since the epoch. */
      readonly attemptedAt: number;
      readonly text: string;
      readonly event: ReceivedEvent;
    };

/** Whole seconds; more digits would not be a time. */
const SECONDS = /^\d{1,15}$/;

/**
 * Headers, encoding, size, timestamp, signature, UTF-8, JSON, shape, in this order. Nothing is parsed before the
 * signature holds.
 *
 * @param now milliseconds since the epoch
 */
export function checkDelivery(
  headers: WebhookHeaders,
  body: RawBody,
  { keys, tolerance, bodyLimit }: DeliveryRules,
  now: number,
): CheckedDelivery {
  const signed = readSignedHeaders(headers);
  if (signed === undefined) return rejected('webhook_headers_missing');
  if (readEncoding(headers) !== undefined) return rejected('webhook_encoding_unsupported');
  if (body.kind === 'parsed') return rejected('webhook_body_unavailable');
  if (body.kind === 'too_large' || body.bytes.length > bodyLimit) {
    return rejected('webhook_payload_too_large');
  }
  if (!SECONDS.test(signed.timestamp)) return rejected('webhook_timestamp_invalid');
  const attemptedAt = Number(signed.timestamp) * 1000;
  if (Math.abs(now - attemptedAt) > tolerance) {
    return rejected('webhook_timestamp_out_of_tolerance');
  }
  if (!isSigned(signed, body.bytes, keys)) return rejected('webhook_signature_invalid');
  const text = decodeText(body.bytes);
  const event = text === undefined ? undefined : readEvent(text);
  if (text === undefined || event === undefined) return rejected('webhook_payload_malformed');
  return { kind: 'signed', id: signed.id, attemptedAt, text, event };
}

function rejected(code: WebhookCode): CheckedDelivery {
  return { kind: 'rejected', code };
}
