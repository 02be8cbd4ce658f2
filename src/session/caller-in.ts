import type { Authentication } from './authentication.js';
import type { Caller } from './caller.js';
import type { Session } from './session.js';

/** The session in an outcome; `null` when none was proved. */
export function sessionIn(authentication: Authentication | undefined): Session | null {
  return authentication?.kind === 'authenticated' ? authentication.session : null;
}

/** The session or machine in an outcome; `null` when neither was proved. */
export function callerIn(authentication: Authentication | undefined): Caller | null {
  return authentication?.kind === 'machine' ? authentication.machine : sessionIn(authentication);
}
