import type { MachineTokenType } from '../credentials/token-type.js';
import type { MachineAnswer } from './machine-record.js';
import type { Answer } from './session-authority.js';

/** Port: Clerk as the one who knows opaque machine tokens. Rejects with `AuthorityUnavailable` when it cannot be asked. */
export interface MachineAuthority {
  /** Whether there is a key to ask with. */
  knows(type: MachineTokenType): boolean;
  verify(type: MachineTokenType, token: string): Promise<Answer<MachineAnswer>>;
}
