import type { ClientRecord, SessionRecord } from './session-record.js';

/**
 * What the authority answers: the thing, that there is no such thing (or place to ask for it), that it will not say, or
 * something that lacks what such a thing has.
 */
export type Answer<Thing> =
  | { readonly kind: 'found'; readonly thing: Thing }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unusable' };

/**
 * Port: Clerk as the one who knows its sessions. Every method rejects with `AuthorityUnavailable` when it cannot
 * be asked or answers with something else. Ids are well-formed before they get here.
 */
export interface SessionAuthority {
  verifySession(sessionId: string, clientToken: string): Promise<Answer<SessionRecord>>;
  verifyClient(clientToken: string): Promise<Answer<ClientRecord>>;
  getSession(sessionId: string): Promise<Answer<SessionRecord>>;
  revokeSession(sessionId: string): Promise<Answer<SessionRecord>>;
  /** The ids of all sessions of a user that are active or pending. */
  openSessionsOf(userId: string): Promise<readonly string[]>;
}
