import { deepFreeze } from '../verification/deep-freeze.js';
import type { ClientRecord } from '../verification/session-record.js';
import { Session } from './session.js';

/** One browser or device, with all the sessions that are signed in on it. */
export class Client {
  private constructor(
    /** `client_…` */
    readonly id: string,
    /** Every session that Clerk lists; look at `status`, because ended ones stay listed. */
    readonly sessions: readonly Session[],
    /** The session used last, or `undefined` when nobody is signed in. */
    readonly lastActiveSessionId: string | undefined,
  ) {
    deepFreeze(this);
  }

  /** The client that Clerk's record tells of. */
  static fromRecord(record: ClientRecord): Client {
    return new Client(
      record.id,
      record.sessions.map((session) => Session.fromRecord(session)),
      record.lastActiveSessionId,
    );
  }
}
