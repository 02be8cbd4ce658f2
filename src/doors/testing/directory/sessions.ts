import { randomId } from '../random.js';
import { provedOnSignIn } from './factor-verification.js';
import type { VerifiedAt } from './factor-verification.js';

/** Clerk's words for the life of a session. Only an `active` one is signed in. */
export type SessionStatus =
  'active' | 'pending' | 'abandoned' | 'ended' | 'expired' | 'removed' | 'replaced' | 'revoked';

/** All of them. */
export const SESSION_STATUSES: readonly SessionStatus[] = [
  'active',
  'pending',
  'abandoned',
  'ended',
  'expired',
  'removed',
  'replaced',
  'revoked',
];

/** Of a session that expires, is abandoned or replaced, Clerk does not tell. */
export type SessionEvent = `session.${'created' | 'pending' | 'ended' | 'removed' | 'revoked'}`;

/** A session as this Clerk keeps it at the moment of asking. Times in milliseconds since 1970. */
export interface SessionRecord {
  /** `sess_…` */
  readonly id: string;
  /** `user_…` */
  readonly userId: string;
  /** `client_…`: the browser or device. */
  readonly clientId: string;
  /** `active`, `pending`, or what ended it. */
  readonly status: SessionStatus;
  /** When it was last used. */
  readonly lastActiveAt: number;
  /** When it ends. */
  readonly expireAt: number;
  /** When it ends unless it is used before. */
  readonly abandonAt: number;
  /** When somebody signed in. */
  readonly createdAt: number;
  /** When something about it last changed. */
  readonly updatedAt: number;
  /** The organization that is active in it; `null` for the personal account. */
  readonly organizationId: string | null;
  /** Who acts in the user's name, as the `act` claim says it; `null` for the user in person. */
  readonly actor: Actor | null;
  /** When the user last proved to be the one. */
  readonly verifiedAt: VerifiedAt;
  /** What the instance adds to this session's tokens. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** RFC 8693 section 4.1. Clerk sets it for impersonation. */
export interface Actor {
  /** Of a user, `user_…`. */
  readonly sub: string;
}

/** What may already be so when a session is opened. */
export type SessionStart = Partial<
  Pick<SessionRecord, 'organizationId' | 'actor' | 'verifiedAt' | 'claims'>
>;

/** What can happen to a session after it was opened. */
export type SessionChange = SessionStart &
  Partial<Pick<SessionRecord, 'status' | 'expireAt' | 'lastActiveAt'>>;

/** Clerk's defaults: seven days to live, abandoned after thirty. */
const DAY = 24 * 60 * 60 * 1000;
const LIFETIME = 7 * DAY;
const ABANDONED_AFTER = 30 * DAY;

/** Who is signed in, where, and is it still so? */
export class Sessions {
  readonly #records = new Map<string, SessionRecord>();
  readonly #now: () => number;
  readonly #tell: (type: SessionEvent, session: SessionRecord) => void;

  /** @param tell hears of what happens to sessions */
  constructor(now: () => number, tell: (type: SessionEvent, session: SessionRecord) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  open(userId: string, clientId: string, start: SessionStart = {}): SessionRecord {
    const now = this.#now();
    const times = { createdAt: now, updatedAt: now, lastActiveAt: now };
    const ends = { expireAt: now + LIFETIME, abandonAt: now + ABANDONED_AFTER };
    const usual = {
      organizationId: null,
      actor: null,
      verifiedAt: provedOnSignIn(now),
      claims: {},
    };
    const identity = { id: randomId('sess'), userId, clientId, status: 'active' as const };
    const session = this.#keep({ ...identity, ...times, ...ends, ...usual, ...start });
    this.#tell('session.created', session);
    return session;
  }

  find(id: string): SessionRecord | undefined {
    const record = this.#records.get(id);
    return record === undefined ? undefined : asOf(this.#now(), record);
  }

  /** @throws Error for an id of no session here */
  require(id: string): SessionRecord {
    return asOf(this.#now(), this.#kept(id));
  }

  /** @throws Error for an id of no session here */
  change(id: string, change: SessionChange): SessionRecord {
    const { status } = this.require(id);
    const session = this.#change(id, change);
    const event = session.status === status ? undefined : eventOf(session.status);
    if (event !== undefined) this.#tell(event, session);
    return session;
  }

  /** All of a user's that are not over yet, because the user is banned or deleted: of that alone Clerk tells. */
  endAll(userId: string, status: Extract<SessionStatus, 'removed' | 'revoked'>): void {
    for (const { id } of this.of(userId).filter(isAlive)) this.#change(id, { status });
  }

  /** Oldest first, also those that are over. */
  get all(): SessionRecord[] {
    const now = this.#now();
    return [...this.#records.values()].map((record) => asOf(now, record));
  }

  /** Oldest first, also those that are over. */
  of(userId: string): SessionRecord[] {
    return this.all.filter((session) => session.userId === userId);
  }

  /** A session that is over already stays as it is. */
  revoke(id: string): SessionRecord {
    const session = this.require(id);
    return isAlive(session) ? this.change(id, { status: 'revoked' }) : session;
  }

  #change(id: string, change: SessionChange): SessionRecord {
    const record = { ...this.#kept(id), ...change, updatedAt: this.#now() };
    return asOf(record.updatedAt, this.#keep(record));
  }

  /** As it was written; time may have ended it since. */
  #kept(id: string): SessionRecord {
    const record = this.#records.get(id);
    if (record !== undefined) return record;
    throw new Error(
      `LocalClerk has no session ${id}. Sign in first, and mind which LocalClerk you ask.`,
    );
  }

  #keep(record: SessionRecord): SessionRecord {
    this.#records.set(record.id, Object.freeze(record));
    return record;
  }
}

/** Whether Clerk still issues tokens for it. */
export function isAlive({ status }: SessionRecord): boolean {
  return status === 'active' || status === 'pending';
}

/** Time alone ends sessions too; nobody has to tell Clerk. */
function asOf(now: number, record: SessionRecord): SessionRecord {
  if (!isAlive(record)) return record;
  if (now >= record.expireAt) return { ...record, status: 'expired' };
  if (now >= record.abandonAt) return { ...record, status: 'abandoned' };
  return record;
}

/** What Clerk says when a session comes to have that status. */
function eventOf(status: SessionStatus): SessionEvent | undefined {
  switch (status) {
    case 'pending':
    case 'ended':
    case 'removed':
    case 'revoked':
      return `session.${status}`;
    case 'active':
    case 'abandoned':
    case 'expired':
    case 'replaced':
      return undefined;
    default:
      return status satisfies never;
  }
}
