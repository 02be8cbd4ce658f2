/** What a test may tell its Clerk. Every option may be left out. */
export interface LocalClerkOptions {
  /**
   * The TCP port to listen on.
   * @default 0: any free port
   */
  readonly port?: number | undefined;

  /**
   * The address to listen on. Only loopback is accepted: this Clerk signs anybody in.
   * @default '127.0.0.1'
   */
  readonly host?: string | undefined;

  /**
   * What kind of instance it is. In development browsers are known by `__clerk_db_jwt` in URLs; in production by the
   * cookie `__client`, cookies alone carry the handshake, and there are refresh tokens.
   * @default 'development'
   */
  readonly instanceType?: 'development' | 'production' | undefined;

  /**
   * The key that Backend API calls must bear. A live key is refused.
   * @default `sk_test_` (in production `sk_live_`) and random characters
   */
  readonly secretKey?: string | undefined;

  /**
   * Names the instance: gives `iss` and the suffix of the cookies. A live key is refused, but for production one that
   * can be nobody's: of a host below `.example`, `.test`, `.invalid` or `.localhost`.
   * @default a `pk_test_` key for a random `<words>-<n>.clerk.accounts.dev`; in production a `pk_live_` key for
   * `clerk.<words>-<n>.example`
   */
  readonly publishableKey?: string | undefined;

  /**
   * Names of the users known from the start. Other names become users when they are first used.
   * @default ['ada', 'bob']
   */
  readonly users?: readonly string[] | undefined;

  /**
   * What everybody types into Clerk's sign-in form who did not choose another password by signing up. The e-mail address
   * of `ada` is `ada@example.com`; a name that is an address already is its own.
   * @default 'correct-horse-battery'
   */
  readonly password?: string | undefined;

  /**
   * A directory that holds Clerk's browser library as `npm pack` unpacks it, a folder for each version:
   * `@clerk/clerk-js@6.40.0/dist/clerk.browser.js`, `@clerk/ui@1.36.0/dist/ui.browser.js`. It is served under `/npm/`.
   * @default none: what is under `/npm/` is 404
   */
  readonly bundles?: string | undefined;

  /**
   * The origin of the front end: the `azp` of every session token, unless the browser that asks for one says where it is.
   * One of the `authorizedParties` of the application under test.
   * @default 'http://localhost:3000'
   */
  readonly origin?: string | undefined;

  /**
   * Seconds from the issue of a session token to its expiry.
   * @default 60
   */
  readonly tokenLifetime?: number | undefined;

  /**
   * The clock, in milliseconds since 1970. Every timestamp and every expiry comes from it.
   * @default Date.now
   */
  readonly now?: (() => number) | undefined;

  /**
   * What `POST /v1/sessions/:id/verify` is like: it answers, or is `'gone'` (404, as in Backend API versions from
   * 2025-04-10 on), or `'deprecated'` (410 `operation_deprecated`, as seen live before that).
   * @default 'present'
   */
  readonly sessionVerify?: 'present' | 'gone' | 'deprecated' | undefined;
}
