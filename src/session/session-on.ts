import type { Session } from './session.js';
import { readSettledSlot } from './request-slot.js';

/** The session kept on a request's carrier; `null` when none was proved. */
export function sessionOn(carrier: object): Session | null {
  const authentication = readSettledSlot(carrier);
  return authentication?.kind === 'authenticated' ? authentication.session : null;
}
