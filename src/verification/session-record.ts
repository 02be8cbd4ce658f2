/** Clerk's words for the state of a session. Only `active` is signed in. */
export type SessionStatus =
  'active' | 'pending' | 'revoked' | 'ended' | 'expired' | 'removed' | 'abandoned' | 'replaced';

/** What Clerk keeps about a session, as the Backend API tells it. Times are milliseconds since the epoch. */
export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string | undefined;
  /** A {@link SessionStatus}, or a word that Clerk invents later: that is not active either. */
  readonly status: string;
  readonly lastActiveAt: number | undefined;
  readonly expireAt: number | undefined;
  readonly abandonAt: number | undefined;
  readonly lastActiveOrganizationId: string | undefined;
  readonly actor: Readonly<Record<string, unknown>> | undefined;
}

/** What Clerk keeps about a client, that is, one browser or device. */
export interface ClientRecord {
  readonly id: string;
  /** Every session of the client, the ended ones too. */
  readonly sessions: readonly SessionRecord[];
  readonly lastActiveSessionId: string | undefined;
}
