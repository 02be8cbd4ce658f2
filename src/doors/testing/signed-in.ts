import type { FactorAges } from './directory/factor-verification.js';
import type { Users } from './directory/users.js';
import type { OrganizationSpec } from './join-organization.js';

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

/** A user, by what `signIn` returned, by id or by name. Who bears a new name is made. */
export type UserRef = SignedIn | string;

/** A client, by somebody who is signed in there or by its id. */
export type ClientRef = SignedIn | string;

/** How somebody signs in. */
export interface SignInOptions {
  /**
   * The browser in which to sign in.
   * @default a new one
   */
  readonly client?: ClientRef | undefined;

  /**
   * The organization that is active, by its slug or with what the user is in it. Whoever is no member becomes one.
   * @default none: the personal account
   */
  readonly organization?: OrganizationSpec | undefined;

  /**
   * The user's own features, by slug. They are the user's, so all their sessions have them.
   * @default those of before; none for a new user
   */
  readonly features?: readonly string[] | undefined;

  /**
   * The user's own plans, by slug. They are the user's, so all their sessions have them.
   * @default those of before; none for a new user
   */
  readonly plans?: readonly string[] | undefined;

  /**
   * Minutes since the first and the second factor were proved; -1 for no second factor. They grow with the clock.
   * @default [0, -1]
   */
  readonly factorAges?: FactorAges | undefined;

  /**
   * Who acts in the user's name: the session is an impersonation.
   * @default nobody
   */
  readonly actor?: UserRef | undefined;

  /**
   * Custom claims, as the instance adds them to session tokens: in all tokens of this session. They win over the usual
   * ones, except those that say whose token it is and for how long; `mint` makes tokens that lie about these.
   * @default none
   */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

export function sessionIdOf(session: SessionRef): string {
  return typeof session === 'string' ? session : session.sessionId;
}

export function clientIdOf(client: ClientRef): string {
  return typeof client === 'string' ? client : client.clientId;
}

export function userIdOf(user: UserRef, users: Users): string {
  if (typeof user !== 'string') return user.userId;
  return (users.find(user) ?? users.named(user)).id;
}

/** @throws Error when nobody bears that id or that name */
export function knownUserIdOf(user: UserRef, users: Users): string {
  if (typeof user !== 'string') return users.require(user.userId).id;
  return (users.find(user) ?? users.bearing(user) ?? users.require(user)).id;
}
