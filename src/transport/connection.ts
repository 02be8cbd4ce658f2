/** Why a connection is ended: its token has run out, or the session is over. */
export type EndReason = 'token_expired' | 'session_not_active';

/** Something that goes on after a yes: a socket, a subscription, an event stream. */
export interface Connection {
  /** The object that lives as long as the connection does, and no longer. */
  readonly key: object;
  /** A connection that closed before anybody listened never says so. */
  isOpen(): boolean;
  /** Ends it in the words of its transport. Does nothing on one that has ended. */
  end(reason: EndReason): void;
  onceClosed(callback: () => void): void;
  /** Tells the client that the token runs out; absent where a client can do nothing about it. */
  remind?(endsAt: number): void;
}
