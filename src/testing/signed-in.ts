/** Somebody signed in, with everything a browser or an app would hold. Frozen: it is how things were at sign-in. */
export interface SignedIn {
  /** The name given to `signIn`. */
  readonly user: string;
  /** `user_…` */
  readonly userId: string;
  /** `sess_…` */
  readonly sessionId: string;
  /** `client_…` */
  readonly clientId: string;
  /** A signed session token, as today's Clerk issues them. */
  readonly sessionToken: string;
  /** The opaque token of Clerk's original protocol. */
  readonly clientToken: string;
  /** `Cookie` header with the session token: `__session=…; __client_uat=…`. */
  readonly cookie: string;
  /** The same under this instance's suffixed names: `__session_<suffix>=…; __client_uat_<suffix>=…`. */
  readonly suffixedCookie: string;
  /** `Cookie` header with the client token: `__session=…`. */
  readonly clientCookie: string;
  /** `Authorization` header with the session token: `Bearer …`. */
  readonly header: string;
}

/** A session, by what `signIn` returned or by its id. */
export type SessionRef = SignedIn | string;

/** A client, by somebody who is signed in there or by its id. */
export type ClientRef = SignedIn | string;

/** How somebody signs in. */
export interface SignInOptions {
  /**
   * The browser in which to sign in.
   * @default a new one
   */
  readonly client?: ClientRef | undefined;
}

export function sessionIdOf(session: SessionRef): string {
  return typeof session === 'string' ? session : session.sessionId;
}

export function clientIdOf(client: ClientRef): string {
  return typeof client === 'string' ? client : client.clientId;
}
