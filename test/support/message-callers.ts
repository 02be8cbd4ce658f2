import type { LocalClerk } from 'nestjs-clerk-auth/testing';
import type { MESSAGES } from '../../src/errors/messages.js';
import type { Door } from './message-doors.js';

/** Who asks at which door, and what they are told: the same over every transport. */
export interface MessageCase {
  readonly who: string;
  readonly door: Door;
  /** `undefined` for nobody. */
  readonly token: (clerk: LocalClerk) => string | undefined;
  /** Whether Clerk is down meanwhile. */
  readonly outage?: true;
  /** Left out where they are let in. */
  readonly refused?: Refused;
}

export interface Refused {
  readonly status: 401 | 403 | 503;
  readonly code: keyof typeof MESSAGES;
}

const ada = (clerk: LocalClerk): string => clerk.signIn('ada').sessionToken;
const worker = (clerk: LocalClerk): string => clerk.createM2mToken({ machine: 'worker' }).token;

const refused = (status: Refused['status'], code: Refused['code']): { refused: Refused } => ({
  refused: { status, code },
});

export const MESSAGE_CASES: readonly MessageCase[] = [
  { who: 'a stranger', door: 'open', token: () => undefined },
  {
    who: 'a stranger',
    door: 'whoami',
    token: () => undefined,
    ...refused(401, 'session_required'),
  },
  {
    who: 'an expired token',
    door: 'whoami',
    token: (clerk) => clerk.mint({ session: clerk.signIn('ada'), expiresIn: -60 }),
    ...refused(401, 'token_expired'),
  },
  { who: 'a session', door: 'whoami', token: ada },
  { who: 'a member', door: 'admin', token: ada, ...refused(403, 'no_active_organization') },
  {
    who: 'an admin',
    door: 'admin',
    token: (clerk) =>
      clerk.signIn('ada', { organization: { slug: 'acme', role: 'org:admin' } }).sessionToken,
  },
  { who: 'a session', door: 'live', token: ada },
  {
    who: 'a session during an outage',
    door: 'live',
    token: ada,
    outage: true,
    ...refused(503, 'authority_unavailable'),
  },
  {
    who: 'a session that is over',
    door: 'live',
    token: (clerk) => {
      const gone = clerk.signIn('ada');
      clerk.revoke(gone);
      return gone.sessionToken;
    },
    ...refused(401, 'session_not_active'),
  },
  {
    who: 'a machine',
    door: 'whoami',
    token: worker,
    ...refused(401, 'token_type_unsupported'),
  },
  { who: 'a machine', door: 'rebuild', token: worker },
  {
    who: 'a machine with a JWT',
    door: 'rebuild',
    token: (clerk) => clerk.createM2mToken({ machine: 'worker', format: 'jwt' }).token,
  },
  { who: 'a session', door: 'rebuild', token: ada, ...refused(401, 'token_type_unsupported') },
];
