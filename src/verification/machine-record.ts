import type { MachineTokenType } from '../credentials/token-type.js';

/** A machine's token as it was proved, by Clerk's word or by its signature. Times in milliseconds since the epoch. */
export interface MachineRecord {
  readonly type: MachineTokenType;
  readonly id: string;
  /** `user_…`, `org_…` or `mch_…`. */
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  /** What people call an API key. */
  readonly name: string | undefined;
  /** The OAuth application. */
  readonly clientId: string | undefined;
  /** `undefined` for one that never ends. */
  readonly expireAt: number | undefined;
}

/** What Clerk says of a machine's token besides that: nothing of it counts before it was checked. */
export interface MachineAnswer extends MachineRecord {
  readonly revoked: boolean;
  readonly expired: boolean;
}
