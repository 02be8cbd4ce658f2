/** What an application that renders pages may say. Every option may be left out. */
export interface ClerkPagesOptions {
  /**
   * Where people sign in: a path of this application, whose page bears `@Public()`, or a URL.
   * @default environment `CLERK_SIGN_IN_URL`, else Clerk's Account Portal of this instance
   */
  readonly signInUrl?: string | undefined;

  /**
   * Where people sign up: a path of this application or a URL.
   * @default environment `CLERK_SIGN_UP_URL`, else Clerk's Account Portal of this instance
   */
  readonly signUpUrl?: string | undefined;

  /**
   * The origin under which browsers see this application, such as `https://app.example.com`: for one behind a proxy that
   * does not tell.
   * @default protocol and host as Express or Fastify say them; what a proxy forwards counts where `trust proxy` or
   * `trustProxy` says so
   */
  readonly origin?: string | undefined;

  /**
   * On the primary domain: origins of its satellites, which are synced with and may be gone back to.
   * @default none
   */
  readonly satellites?: readonly string[] | undefined;

  /**
   * On a satellite: whether everybody who comes for the first time is asked about at the primary domain, and not only who
   * comes back from signing in.
   * @default false
   */
  readonly satelliteAutoSync?: boolean | undefined;
}
