/** How recently, and how strongly, the user must have proved who they are. */
export type Reverification =
  /** 10 minutes, both factors where a second one is enrolled. */
  | 'strict_mfa'
  /** 10 minutes, the second factor, or the first where no second one is enrolled. */
  | 'strict'
  /** 60 minutes, as `strict`. */
  | 'moderate'
  /** 1440 minutes, as `strict`. */
  | 'lax'
  | {
      /** What must have been proved; without a second factor, the first one will do. */
      readonly level: 'first_factor' | 'second_factor' | 'multi_factor';
      /** Minutes; the proof must be younger. */
      readonly afterMinutes: number;
    };

declare global {
  /**
   * Clerk's own way for an application to declare its roles and permissions; an application that already does so for
   * Clerk's SDKs need not repeat it.
   *
   * @example declare global { interface ClerkAuthorization { role: 'org:admin'; permission: 'org:invoices:create' } }
   */
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- open for the application to fill
  interface ClerkAuthorization {}
}

/** The application's roles, if it declares them in `ClerkAuthorization`; any text otherwise. */
export type RoleName =
  ClerkAuthorization extends Readonly<Record<'role', infer Name extends string>> ? Name : string;

/** The application's permissions, if it declares them in `ClerkAuthorization`; any text otherwise. */
export type PermissionName =
  ClerkAuthorization extends Readonly<Record<'permission', infer Name extends string>>
    ? Name
    : string;

/** What a session may be asked to have. Several demands must all be met. */
export interface SessionRequirements {
  /** Role in the active organization, `org:admin` or `admin`. */
  readonly role?: RoleName;
  /** Permission in the active organization, `org:invoices:create`. */
  readonly permission?: PermissionName;
  /** Feature slug; `org:…` or `user:…` before it says whose. */
  readonly feature?: string;
  /** Plan slug; `org:…` or `user:…` before it says whose. */
  readonly plan?: string;
  /** How recently, and how strongly, the user must have proved who they are. */
  readonly reverification?: Reverification;
}
