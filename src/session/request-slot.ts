import type { AcceptedTokens } from '../credentials/token-type.js';
import type { Eventually } from '../verification/eventually.js';
import type { Authentication } from './authentication.js';

/** Registered, so that two copies of this package (ESM and CommonJS) find the same slot. */
const SLOT: unique symbol = Symbol.for('nestjs-clerk-auth:request-slot');

/** Who looks, and for what: verdicts are shared neither between instances nor between kinds of tokens. */
interface Look {
  readonly by: object;
  readonly accepted: AcceptedTokens;
}

/** What was found out about a request, and by whom. */
interface Slot extends Look {
  readonly authentication: Eventually<Authentication>;
}

interface Carrier {
  [SLOT]?: Slot;
}

/** What this instance found out about a request before, if it has looked. */
export function readSlot(
  carrier: object,
  by: object,
  accepted: AcceptedTokens,
): Eventually<Authentication> | undefined {
  const slot = (carrier as Carrier)[SLOT];
  return slot?.by === by && slot.accepted === accepted ? slot.authentication : undefined;
}

/** What whoever looked last found out about a request; `undefined` when nobody did, or is still at it. */
export function readSettledSlot(carrier: object): Authentication | undefined {
  const authentication = (carrier as Carrier)[SLOT]?.authentication;
  return authentication instanceof Promise ? undefined : authentication;
}

/** Keeps what was found out for whoever asks next. Not enumerable: it shows up in no log and no copy of the request. */
export function fillSlot(
  carrier: object,
  { by, accepted }: Look,
  authentication: Eventually<Authentication>,
): Eventually<Authentication> {
  const slot: Slot = { by, accepted, authentication };
  // Said in full: engines are quicker with a descriptor that leaves nothing out.
  Object.defineProperty(carrier, SLOT, {
    value: slot,
    configurable: true,
    enumerable: false,
    writable: true,
  });
  return authentication;
}
