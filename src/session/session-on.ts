import type { Caller } from './caller.js';
import { readSettledSlot } from './request-slot.js';
import type { Session } from './session.js';

/** The session kept on a request's carrier; `null` when none was proved. */
export function sessionOn(carrier: object): Session | null {
  const authentication = readSettledSlot(carrier);
  return authentication?.kind === 'authenticated' ? authentication.session : null;
}

/** The session or machine kept there; `null` when neither was proved. */
export function callerOn(carrier: object): Caller | null {
  const authentication = readSettledSlot(carrier);
  return authentication?.kind === 'machine' ? authentication.machine : sessionOn(carrier);
}
