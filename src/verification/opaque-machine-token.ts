import type { MachineTokenType } from '../credentials/token-type.js';
import type { MachineAuthority } from './machine-authority.js';
import type { MachineAnswer } from './machine-record.js';
import type { CoalescedVerdicts } from './coalesced-verdicts.js';
import type { UnknownTokens } from './unknown-tokens.js';
import { rejected, type MachineAccepted, type Rejected } from './verdict.js';

/** What asking about a machine's token takes besides the token. */
export interface OpaqueCheck {
  readonly machines: MachineAuthority;
  readonly asked: CoalescedVerdicts;
  readonly unknown: UnknownTokens;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** In whose name a token of each kind can act. */
const SUBJECTS: Readonly<Record<MachineTokenType, readonly string[]>> = {
  api_key: ['user_', 'org_', 'mch_'],
  m2m_token: ['mch_'],
  oauth_token: ['user_'],
};

/**
 * What is an opaque machine token worth? Only Clerk can say; simultaneous requests with the same token ask once.
 *
 * @throws AuthorityUnavailable when Clerk cannot be asked
 */
export async function verifyOpaqueToken(
  type: MachineTokenType,
  token: string,
  { machines, asked, unknown, now }: OpaqueCheck,
): Promise<MachineAccepted | Rejected> {
  if (!machines.knows(type)) return rejected('machine_token_unsupported');
  if (unknown.has(type, token)) return rejected('machine_token_invalid');
  return asked.on(`${type} ${token}`, async () => {
    const answer = await machines.verify(type, token);
    if (answer.kind === 'found') return judgeMachine(answer.thing, now());
    if (answer.kind !== 'unusable') unknown.add(type, token);
    return rejected('machine_token_invalid');
  });
}

/** Clerk answers 200 for a token that is over, too: what it says is checked, not trusted. */
function judgeMachine(answer: MachineAnswer, now: number): MachineAccepted | Rejected {
  const { revoked, expired, ...machine } = answer;
  if (!isSubjectOf(machine.type, machine.subject)) return rejected('machine_token_invalid');
  if (revoked) return rejected('machine_token_revoked');
  const isOver = machine.expireAt !== undefined && machine.expireAt <= now;
  return expired || isOver ? rejected('token_expired') : { kind: 'machine', machine };
}

/** Whether an id is of something that such a token can act for. */
export function isSubjectOf(type: MachineTokenType, subject: string): boolean {
  return SUBJECTS[type].some(
    (prefix) => subject.startsWith(prefix) && subject.length > prefix.length,
  );
}
