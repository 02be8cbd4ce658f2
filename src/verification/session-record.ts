/** Clerk's words for the state of a session. Only `active` is signed in. */
export type SessionStatus =
  'active' | 'pending' | 'revoked' | 'ended' | 'expired' | 'removed' | 'abandoned' | 'replaced';

/** What Clerk keeps about a session, as the Backend API tells it. Times are milliseconds since the epoch. */
export interface SessionRecord {
  /** `sess_…` */
  readonly id: string;
  /** `user_…` */
  readonly userId: string;
  /** `client_…`: the browser or device. */
  readonly clientId: string | undefined;
  /** A {@link SessionStatus}, or a word that Clerk invents later: that is not active either. */
  readonly status: string;
  /** When it was last used. */
  readonly lastActiveAt: number | undefined;
  /** When it ends. */
  readonly expireAt: number | undefined;
  /** When it ends unless it is used before. */
  readonly abandonAt: number | undefined;
  /** `org_…`; `undefined` for a personal account. */
  readonly lastActiveOrganizationId: string | undefined;
  /** Who acts in the user's name; `undefined` when nobody does. */
  readonly actor: Readonly<Record<string, unknown>> | undefined;
}

/** What Clerk keeps about a client, that is, one browser or device. */
export interface ClientRecord {
  /** `client_…` */
  readonly id: string;
  /** Every session of the client, the ended ones too. */
  readonly sessions: readonly SessionRecord[];
  /** The session that counts where none is asked for. */
  readonly lastActiveSessionId: string | undefined;
}
