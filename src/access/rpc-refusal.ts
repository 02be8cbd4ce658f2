import { of, throwError, type Observable } from 'rxjs';
import { isGrpcMetadata } from '../transport/rpc-request.js';
import { isKafkaEvent } from '../transport/kafka-event.js';
import type { Refusal } from './refusal.js';
import { messageOf } from './refusal-message.js';

/** The status codes of gRPC: UNAUTHENTICATED, PERMISSION_DENIED, UNAVAILABLE. */
const GRPC_CODES: Readonly<Record<number, number>> = { 401: 16, 403: 7, 503: 14 };

/**
 * The answer of a message handler that refuses.
 *
 * @param args of the handler
 * @param isEvent whether the handler is known to be one of events
 */
export function rpcRefusal(
  refusal: Refusal,
  args: readonly unknown[],
  isEvent: boolean,
): Observable<unknown> {
  if (isGrpcMetadata(args[1])) {
    const code = GRPC_CODES[refusal.getStatus()];
    return throwError(() => ({ code, details: refusal.code, message: refusal.code }));
  }
  // Kafka would hand a refused event out again and again, and crash the consumer in the end: one stranger's will do.
  if (isKafkaEvent(args[1], isEvent)) return of(undefined);
  return throwError(() => messageOf(refusal));
}
