import type { ExecutionContext } from '@nestjs/common';
import { Channel } from '../diagnostics/channel.js';
import { CHANNELS } from '../diagnostics/channels.js';
import type { Authentication } from '../session/authentication.js';
import type { IncomingRequest } from '../transport/incoming-request.js';
import type { Refusal, RefusalCode } from './refusal.js';

/**
 * What is told on the channel `nestjs-clerk-auth:refusal`: a guard did not let a request in, or the gate of a gateway a
 * connection. Told before the refusal is answered. A browser that is sent to the sign-in page is not refused.
 */
export interface RefusalDiagnostic {
  /** The platform's own object, headers with their credentials and all: as in `AuthenticationDiagnostic`. */
  readonly request: object;
  /** The class's name: of a controller, resolver or gateway. */
  readonly controller: string;
  /** The method's name; `undefined` where a gateway's connection is refused. */
  readonly handler: string | undefined;
  /** 401, 403 or 503: what HTTP is answered with, unless a filter of the application answers otherwise. */
  readonly status: number;
  /** The stable reason, for programs. */
  readonly code: RefusalCode;
  /** Who asked, as far as it was found out. */
  readonly authentication: Authentication;
}

const REFUSED = new Channel<RefusalDiagnostic>(CHANNELS.refusal);

/** Where something was refused: a handler, or a gateway by its name. */
type Place = ExecutionContext | string;

/** Tells of a refusal, and hands it back. */
export function toldRefusal(
  refusal: Refusal,
  place: Place,
  { origin, carrier }: IncomingRequest,
  authentication: Authentication,
): Refusal {
  if (!REFUSED.hasSubscribers) return refusal;
  REFUSED.publish({
    request: origin ?? carrier,
    controller: typeof place === 'string' ? place : place.getClass().name,
    handler: typeof place === 'string' ? undefined : place.getHandler().name,
    status: refusal.getStatus(),
    code: refusal.code,
    authentication,
  });
  return refusal;
}
