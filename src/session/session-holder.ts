import type { Session } from './session.js';

/** What one Clerk instance found out about the caller; `undefined` where nobody looked, `null` where nobody is signed in. */
interface Seen {
  readonly by: object;
  /** Whom a guard let in. */
  admitted: Session | null | undefined;
  /** Whom the middleware saw, or a guard refused. */
  observed: Session | null | undefined;
}

/**
 * What is known of a request's caller, for those who do not have the request. It must never refer to the request: a
 * timer keeps what it was started with for as long as it is set, and would keep body, socket and all.
 */
export interface SessionHolder {
  /** One for each Clerk instance that looked; nearly always there is one. */
  readonly seen: Seen[];
}

export function createHolder(): SessionHolder {
  return { seen: [] };
}

export function holdAdmitted(holder: SessionHolder, by: object, session: Session | null): void {
  seenBy(holder, by).admitted = session;
}

export function holdObserved(holder: SessionHolder, by: object, session: Session | null): void {
  seenBy(holder, by).observed = session;
}

/** Whom a guard of this instance let in; `undefined` when none did. */
export function admittedIn(holder: SessionHolder, by: object): Session | null | undefined {
  return find(holder, by)?.admitted;
}

/** Whom a guard of this instance let in or, before any did, whom the middleware saw. */
export function knownIn(holder: SessionHolder, by: object): Session | null | undefined {
  const seen = find(holder, by);
  return seen?.admitted === undefined ? seen?.observed : seen.admitted;
}

function find({ seen }: SessionHolder, by: object): Seen | undefined {
  return seen.find((each) => each.by === by);
}

function seenBy(holder: SessionHolder, by: object): Seen {
  const known = find(holder, by);
  if (known !== undefined) return known;
  const added: Seen = { by, admitted: undefined, observed: undefined };
  holder.seen.push(added);
  return added;
}
