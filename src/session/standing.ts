import type { Authentication } from './authentication.js';
import { callerIn, sessionIn } from './caller-in.js';

/** With what somebody proved who they are. */
export interface Proof {
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
}

/** Whom a connection was let in for. Every message of it counts as theirs while this holds. */
export interface Standing {
  /** Never `live`: what Clerk said once must not stand for what it would say now. */
  authentication: Authentication;
  /** Until when it holds, in milliseconds since the epoch; `undefined` where nothing names an end. */
  until: number | undefined;
  readonly proof: Proof | undefined;
}

/** The session or machine that a standing is about; `undefined` for nobody. */
export function callerIdOf({ authentication }: Standing): string | undefined {
  return callerIn(authentication)?.id;
}

/** Only sessions can be ended, renewed or asked about. */
export function sessionIdOf({ authentication }: Standing): string | undefined {
  return sessionIn(authentication)?.id;
}
