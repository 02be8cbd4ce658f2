/** Who acts in the user's name, as RFC 8693 section 4.1 puts it. Clerk sets it for impersonation. */
export interface ActorClaim {
  /** User id of who acts. */
  readonly sub: string;
  readonly [claim: string]: unknown;
}

/** The organization of a version 2 session token. */
export interface OrganizationClaim {
  /** Organization id, `org_…`. */
  readonly id?: string;
  /** Slug. */
  readonly slg?: string;
  /** Role without its `org:`. */
  readonly rol?: string;
  /** Permission names, separated by commas. */
  readonly per?: string;
  /** One decimal bit mask for every organization feature in `fea`, separated by commas. */
  readonly fpm?: string;
}

declare global {
  /**
   * Clerk's own way for an application to declare the claims it adds to session tokens; an application that already
   * does so for Clerk's SDKs need not repeat it.
   *
   * @example declare global { interface CustomJwtSessionClaims { metadata: { onboarded: boolean } } }
   */
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- open for the application to fill
  interface CustomJwtSessionClaims {}
}

/**
 * The claims of a session token whose signature was checked. Those that are not optional were checked too; those of
 * `CustomJwtSessionClaims` are as the application declares them.
 */
export interface SessionClaims extends CustomJwtSessionClaims {
  /** User id. */
  readonly sub: string;
  /** Session id. */
  readonly sid: string;
  /** Seconds since the epoch. */
  readonly exp: number;
  /** Seconds since the epoch. */
  readonly iat?: number;
  /** Seconds since the epoch. */
  readonly nbf?: number;
  /** Issuer: the instance's Frontend API, such as `https://clerk.example.com`. */
  readonly iss?: string;
  /** Authorized party: the origin of the page that obtained the token. */
  readonly azp?: string;
  /** Audience, where a JWT template names one. */
  readonly aud?: string | readonly string[];
  /** Version of the claims: 2, or absent in tokens of version 1. */
  readonly v?: number;
  /** Session status. */
  readonly sts?: string;
  /** Who acts in the user's name. */
  readonly act?: ActorClaim;
  /** Minutes since the first and the second factor were verified; -1: not enrolled. */
  readonly fva?: readonly [number, number];
  /** The active organization, version 2. */
  readonly o?: OrganizationClaim;
  /** Features, version 2: `o:slug`, `u:slug` or `ou:slug`, separated by commas. */
  readonly fea?: string;
  /** Plans, version 2, written like `fea`. */
  readonly pla?: string;
  /** Id of the active organization, version 1. */
  readonly org_id?: string;
  /** Its slug, version 1. */
  readonly org_slug?: string;
  /** Role in it with its `org:`, version 1. */
  readonly org_role?: string;
  /** Permissions in it with their `org:`, version 1. */
  readonly org_permissions?: readonly string[];
  readonly [claim: string]: unknown;
}
